"""What has to be in order before a milestone, and what of it is missing or will be late.

The judging is pure; `readiness_of_item` and `readiness_of_project` fetch what it judges, in
as many queries for many points as for one. Page, desk, act and API say what this module says.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from approvals.catalogue.models import ApprovalType
from approvals.catalogue.readiness import PointKind, ReadinessRule, rules
from approvals.items.models import MET, OPEN, OVER, ApprovalItem, Status
from huadu_portal.accounts.models import Department
from huadu_portal.ui.choices import ColoredText
from projects.models import Project


class PointState(ColoredText):
    """How it is with a point, what is furthest along first."""

    MET = "met", "green", _("met")
    LATE = "late", "red", _("past the promised limit")
    UNDER_WAY = "under_way", "blue", _("under way")
    TO_HAND_IN = "to_hand_in", "purple", _("can be submitted now")
    NOT_BEGUN = "not_begun", "neutral", _("not begun")
    NOT_PLANNED = "not_planned", "neutral", _("not planned")
    NOT_APPLICABLE = "not_applicable", "neutral", _("not applicable")


ORDER = list(PointState)
SETTLED = {PointState.MET, PointState.NOT_APPLICABLE}


@dataclass(frozen=True)
class ReadinessPoint:
    """A rule against what a project has."""

    rule: ReadinessRule
    # What would meet it.
    types: list[ApprovalType]
    # What the state rests on; None where nothing of the kind was planned.
    item: ApprovalItem | None
    state: PointState

    @property
    def name(self) -> str:
        if self.item:
            return str(self.item.approval_type)
        return pgettext("between alternatives", " or ").join(map(str, self.types))

    @property
    def department(self) -> Department:
        return self.item.department if self.item else self.types[0].department

    @property
    def due_on(self) -> date | None:
        return self.item.due_on if self.item and self.state not in SETTLED else None

    @property
    def is_open(self) -> bool:
        """What is planned only on a condition is not asked for before it has been planned."""
        if self.state == PointState.NOT_PLANNED:
            return any(each.is_default for each in self.types)
        return self.state not in SETTLED


@dataclass(frozen=True)
class Readiness:
    """A milestone of a project, and all that has to be in order before it."""

    milestone: ApprovalItem
    points: list[ReadinessPoint]

    @property
    def is_ahead(self) -> bool:
        return self.milestone.status in OPEN

    @property
    def by_law(self) -> list[ReadinessPoint]:
        """Open, and the law forbids the milestone without it."""
        return self._open(PointKind.LAW)

    @property
    def in_practice(self) -> list[ReadinessPoint]:
        """Open, and time will be lost."""
        return self._open(PointKind.PRACTICE)

    def _open(self, kind: PointKind) -> list[ReadinessPoint]:
        return [each for each in self.points if each.is_open and each.rule.kind == kind]

    @property
    def open(self) -> list[ReadinessPoint]:
        return [*self.by_law, *self.in_practice]

    @property
    def settled(self) -> list[ReadinessPoint]:
        """In order, or not asked for."""
        return [each for each in self.points if not each.is_open]


def readiness_of_item(item: ApprovalItem, today: date) -> Readiness | None:
    """None where the item is no milestone that is checked, or has been reached."""
    code = item.approval_type.code
    if code not in rules() or item.status not in OPEN:
        return None
    return _judged([item], _items_of(item.project), today)[0]


def readiness_of_project(project: Project, today: date) -> list[Readiness]:
    """Of every milestone that the project has, reached or ahead, in the order of the rules."""
    return readiness_of_items(_items_of(project), today)


def readiness_of_items(items: Sequence[ApprovalItem], today: date) -> list[Readiness]:
    """The same, given all items of the project with their types and departments."""
    milestones = [
        item for item in items if item.approval_type.code in rules() and item.status not in OVER
    ]
    in_order = sorted(milestones, key=lambda item: item.approval_type.position)
    return _judged(in_order, items, today)


def _items_of(project: Project) -> list[ApprovalItem]:
    return list(project.items.select_related("approval_type", "department"))


def _judged(
    milestones: Iterable[ApprovalItem], items: Sequence[ApprovalItem], today: date
) -> list[Readiness]:
    """One query, however many milestones and points there are."""
    codes = {code for each in rules().values() for rule in each for code in rule.codes}
    asked = ApprovalType.objects.filter(code__in=codes).select_related("department")
    types = {each.code: each for each in asked}
    return [
        Readiness(
            milestone,
            [
                _point(rule, types, items, today)
                for rule in rules()[milestone.approval_type.code]
            ],
        )
        for milestone in milestones
    ]


def _point(
    rule: ReadinessRule,
    types: Mapping[str, ApprovalType],
    items: Iterable[ApprovalItem],
    today: date,
) -> ReadinessPoint:
    wanted = [types[code] for code in rule.codes if code in types]
    own = [item for item in items if item.approval_type.code in rule.codes]
    # One that came to nothing counts only where nothing has taken its place.
    own = [item for item in own if item.status not in OVER] or own
    if own:
        item = min(own, key=lambda each: ORDER.index(state_of(each, today)))
        return ReadinessPoint(rule, wanted, item, state_of(item, today))
    is_other_variant = _has_other_variant(wanted, items)
    state = PointState.NOT_APPLICABLE if is_other_variant else PointState.NOT_PLANNED
    return ReadinessPoint(rule, wanted, None, state)


def _has_other_variant(wanted: Collection[ApprovalType], items: Iterable[ApprovalItem]) -> bool:
    """Whether the project goes another of the ways of which one is enough."""
    groups = {each.variant_group for each in wanted} - {""}
    return any(
        item.approval_type.variant_group in groups
        and item.status not in [*OVER, Status.NOT_APPLICABLE]
        for item in items
    )


def state_of(item: ApprovalItem, today: date) -> PointState:
    if item.status == Status.NOT_APPLICABLE:
        return PointState.NOT_APPLICABLE
    if item.status in MET:
        return PointState.MET
    if item.is_overdue(today):
        return PointState.LATE
    if item.status in {Status.READY, Status.CORRECTING}:
        return PointState.TO_HAND_IN
    if item.status in {Status.PLANNED, *OVER}:
        return PointState.NOT_BEGUN
    return PointState.UNDER_WAY
