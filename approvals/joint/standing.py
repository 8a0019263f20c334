"""How a joint case stands: its items in the order of their certificates.

The judging is pure; `shown_cases` and `standing_of` fetch what it judges. Page, desk and
API say what this module says. At its end, what an item in pre-review waits for: the sweep
asks it of a whole batch.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from approvals.catalogue.models import ApprovalType
from approvals.items.models import MET, OVER, ApprovalItem, ItemEvent, Lamp, Status
from approvals.items.prerequisites import MetTypes
from approvals.joint.models import UNDECIDED, BundledType, Fact, JointCase, PreOpinion
from huadu_portal.clock import civil_day
from huadu_portal.rows import key_array
from huadu_portal.workdays.arithmetic import Calendar

# The worst first.
LAMPS = [Lamp.DEEP_RED, Lamp.RED, Lamp.YELLOW, Lamp.GREEN]


@dataclass(frozen=True)
class CaseItem:
    """An item of a case with what has been said of it."""

    item: ApprovalItem
    facts: list[Fact]
    opinions: list[PreOpinion]
    # By law issued first, and not met yet.
    waits_for: list[ApprovalType]
    # Whether it is still of the case, and not taken back.
    is_live: bool

    @property
    def opinion(self) -> PreOpinion | None:
        return self.opinions[-1] if self.opinions else None


@dataclass(frozen=True)
class Prerequisite:
    """What by law comes before certificates of a case, and is no item of it."""

    approval_type: ApprovalType
    # Of the project, newest; None where it has none of this type.
    item: ApprovalItem | None
    is_met: bool
    # Whether the land cannot be registered before; otherwise it may follow until the grant.
    is_before_land: bool
    # Those of the case that wait for it.
    followers: list[ApprovalItem]


@dataclass(frozen=True)
class CaseSummary:
    """A case as a page shows it."""

    case: JointCase
    parts: list[CaseItem]
    stage: JointCase.Stage
    due_on: date | None
    lamp: Lamp
    prerequisites: list[Prerequisite]

    @property
    def open_before_land(self) -> list[Prerequisite]:
        """As long as there are any the land cannot be registered."""
        return [each for each in self.prerequisites if each.is_before_land and not each.is_met]

    @property
    def open_until_grant(self) -> list[Prerequisite]:
        """What becomes a commitment with the registration."""
        return [each for each in self.prerequisites if not (each.is_before_land or each.is_met)]

    @property
    def live(self) -> list[CaseItem]:
        """Those that are still of the case; what was refused is."""
        return [part for part in self.parts if part.is_live]

    @property
    def passed(self) -> int:
        """Favourable opinions that hold, before the land; afterwards everything formal."""
        return sum(part.item.status not in UNDECIDED for part in self.live)

    @property
    def met(self) -> int:
        return sum(part.item.status in MET for part in self.live)

    @property
    def would_leave(self) -> list[CaseItem]:
        """Were the land registered now, these would go the ordinary way."""
        return [part for part in self.live if part.item.status in UNDECIDED]


def standing(
    case: JointCase,
    items: Iterable[ApprovalItem],
    opinions: Iterable[PreOpinion],
    before: Mapping,
    others: Iterable[ApprovalItem],
    today: date,
    calendar: Calendar,
) -> CaseSummary:
    """`before`: by type what comes before it; `others`: all items of the project.

    The case is late if any of its items is: the worst lamp is its own (docs/decisions/0013).
    """
    items, opinions, others = list(items), list(opinions), list(others)
    met = MetTypes.of(others)
    order = {entry.approval_type_id: entry for entry in case.bundle.entries.all()}
    # What has left the case is shown with the opinion it was given.
    shown = {opinion.item_id: opinion.item for opinion in opinions}
    shown |= {item.pk: item for item in items}
    listed = [item for item in shown.values() if item.approval_type_id in order]
    listed.sort(key=lambda item: order[item.approval_type_id].position)
    live = case.live(items)
    lamps = {item.lamp_on(today) for item in items}
    return CaseSummary(
        case=case,
        parts=[
            CaseItem(
                item,
                order[item.approval_type_id].facts,
                [opinion for opinion in opinions if opinion.item_id == item.pk],
                _open_before(item, before, met),
                item in live,
            )
            for item in listed
        ],
        stage=case.stage_with(items),
        due_on=case.due_on(calendar),
        lamp=next((lamp for lamp in LAMPS if lamp in lamps), Lamp.NONE),
        prerequisites=_prerequisites(case, live, before, others),
    )


def _prerequisites(
    case: JointCase,
    items: Iterable[ApprovalItem],
    before: Mapping,
    others: Collection[ApprovalItem],
) -> list[Prerequisite]:
    """What comes before these items of the case from outside it, in the catalogue's order."""
    items, met = list(items), MetTypes.of(others)
    newest = {other.approval_type_id: other for other in others}
    variants = {other.approval_type.variant_group: other for other in others}
    types = {entry.pk: entry for entry in case.bundle.before_land.all()}
    first, own = set(types), {item.approval_type_id for item in items}
    followers = defaultdict(list)
    for item in items:
        for entry in before.get(item.approval_type_id, []):
            if entry.pk not in own:
                types[entry.pk] = entry
                followers[entry.pk].append(item)
    return [
        Prerequisite(
            entry,
            newest.get(entry.pk) or variants.get(entry.variant_group or entry.code),
            met.covers(entry.pk, entry.variant_group),
            entry.pk in first,
            followers[entry.pk],
        )
        for entry in sorted(types.values(), key=lambda entry: entry.position)
    ]


def open_prerequisites(case: JointCase, items: Iterable[ApprovalItem]) -> list[Prerequisite]:
    """Those that are not met of these items of a locked case."""
    found = _prerequisites(case, items, _before(case), list(_all_items(case)))
    return [each for each in found if not each.is_met]


def _open_before(item: ApprovalItem, before: Mapping, met: MetTypes) -> list[ApprovalType]:
    """What by law has to be met before this item's certificate, and is not."""
    if item.status in [*MET, *OVER]:
        return []
    wanted = before.get(item.approval_type_id, [])
    return [entry for entry in wanted if not met.covers(entry.pk, entry.variant_group)]


def shown_cases(user):
    """The cases a person may know of, with all that is shown of each."""
    entries = BundledType.objects.select_related("approval_type")
    return (
        JointCase.objects.visible_to(user)
        .select_related("project__enterprise", "project__agent", "bundle", "opened_by")
        .prefetch_related(
            Prefetch("bundle__entries", entries),
            "bundle__before_land",
            Prefetch(
                "items", ApprovalItem.objects.select_related("approval_type", "department")
            ),
            "opinions__by",
            "opinions__item__approval_type",
            "opinions__item__department",
        )
    )


def case_summary(case: JointCase, today: date, calendar: Calendar) -> CaseSummary:
    """A case of `shown_cases` with its items; two queries more."""
    others = _all_items(case)
    return standing(
        case,
        case.items.all(),
        case.opinions.all(),
        _before(case),
        others,
        today,
        calendar,
    )


def _all_items(case: JointCase) -> QuerySet:
    return case.project.items.select_related("approval_type").order_by("pk")


def _before(case: JointCase) -> dict:
    types = [entry.approval_type_id for entry in case.bundle.entries.all()]
    through = ApprovalType.prerequisites.through.objects.filter(from_approvaltype__in=types)
    before = defaultdict(list)
    pairs = through.select_related("to_approvaltype").order_by("to_approvaltype__position")
    for pair in pairs:
        before[pair.from_approvaltype_id].append(pair.to_approvaltype)
    return before


def opinions_asked(items: Iterable[ApprovalItem]) -> dict:
    """Since when each opinion in pre-review is awaited: for the first time, or anew."""
    here = [item for item in items if item.status == Status.PRE_REVIEW]
    keys = key_array(item.pk for item in here)
    events = ItemEvent.objects.filter(item__in=keys, to_status=Status.PRE_REVIEW)
    events = events.exclude(from_status=Status.PRE_REVIEW)
    rows = events.order_by("item", "-number").distinct("item")
    asked = dict(rows.values_list("item", "at"))
    opened = {item.pk: item.joint_case.opened_at for item in here if item.joint_case}
    return opened | asked


def objections(items: Iterable[ApprovalItem]) -> dict:
    """Of those sent back in pre-review, the opinion that has done it."""
    here = [item for item in items if item.is_sent_back]
    prefetch_related_objects(here, "pre_opinions")
    said = {
        item.pk: [each for each in item.pre_opinions.all() if not each.passed] for item in here
    }
    return {pk: opinions[-1] for pk, opinions in said.items() if opinions}


def opinion_due(case: JointCase, asked_at: datetime, calendar: Calendar) -> date:
    """The case's day; of an opinion that is asked anew, as many days from then on."""
    if asked_at <= case.opened_at:
        return case.opinions_due_on
    return calendar.add(civil_day(asked_at), case.bundle.opinion_days)
