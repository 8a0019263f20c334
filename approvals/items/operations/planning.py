"""Which items a project needs, and which of them can be applied for now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.catalogue.models import ApprovalType
from approvals.items.events import CLOSE, OPEN, PREREQUISITE_REOPENED
from approvals.items.models import OVER, ApprovalItem, Status
from approvals.items.operations import history
from approvals.items.operations.kept_versions import prerequisites_of
from approvals.items.operations.notices import tell_met
from approvals.items.prerequisites import MetTypes
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.prepared import Prepared
from projects.choices import EnvironmentalForm
from projects.models import Described, Phase, Project
from projects.operations import move_phase

# Where work has been put in that a prerequisite opened again may make void.
HANDED_IN = {
    Status.SUBMITTED,
    Status.CORRECTING,
    Status.PRE_REVIEW,
    Status.PRE_APPROVED,
    Status.ACCEPTED,
    Status.SUSPENDED,
    Status.GRANTED,
    Status.DELIVERED,
}
# 水土保持方案: five hectares (75 亩) or more need the report book (水利部令53号).
REPORT_BOOK_FROM_MU = Decimal(75)
# 节能审查: 1,000 tonnes of standard coal a year or more.
ENERGY_REVIEW_FROM_TCE = 1000
# All of an item that readiness asks for: its status, its type and that one's variant group.
Row = tuple[str, UUID, str]
# A type, one that comes before it, and the variant group of that one.
Before = tuple[UUID, UUID, str]
PREREQUISITES = ApprovalType.prerequisites.through.objects


@dataclass(frozen=True)
class Exemption:
    """A type that the project would need by default, and why it does not."""

    approval_type: ApprovalType
    reason: str


def suggested_plan(described: Described) -> set[str]:
    """Codes of the items such a project needs: the default ones, variants chosen."""
    types = list(ApprovalType.objects.all())
    chosen = {entry.code for entry in types if entry.is_default}
    swaps: dict[str, tuple[str, str]] = {
        EnvironmentalForm.REPORT: ("HD-GC-04", "HD-GC-05"),
        EnvironmentalForm.REGISTRATION: ("HD-GC-04", "HD-GC-06"),
    }
    if described.environmental_form in swaps:
        chosen = _swapped(chosen, *swaps[described.environmental_form])
    if (described.land_mu or 0) >= REPORT_BOOK_FROM_MU:
        chosen = _swapped(chosen, "HD-GC-08", "HD-GC-07")
    if (described.energy_tce or 0) >= ENERGY_REVIEW_FROM_TCE:
        chosen.add("HD-LX-03")
    return chosen & {entry.code for entry in types}


def _swapped(codes: set[str], old: str, new: str) -> set[str]:
    return codes - {old} | {new}


def plan_items(
    project: Project,
    types: Collection[ApprovalType],
    *,
    exempt: Iterable[Exemption] = (),
    by: User,
    at: datetime,
) -> list[ApprovalItem]:
    """Plan these approvals for a project whose row the caller has locked.

    Raises NotAllowed when two variants of one group are chosen, or when an item's
    prerequisite is neither planned nor exempted with a reason (docs/states.md).
    """
    exempt = list(exempt)
    known = [*types, *(exemption.approval_type for exemption in exempt)]
    _check_variants(types)
    _check_prerequisites(known)
    items = _create(project, types)
    spared = _create(project, [exemption.approval_type for exemption in exempt])
    for item, exemption in zip(spared, exempt, strict=True):
        item.reason = exemption.reason
    ApprovalItem.objects.bulk_create([*items, *spared])
    if spared:
        act = "mark_not_applicable"
        history.record_first_events(spared, Status.NOT_APPLICABLE, act=act, by=by, at=at)
    open_ready(project, at=at, fresh=items)
    return [*items, *spared]


def _create(project: Project, types: Iterable[ApprovalType]) -> list[ApprovalItem]:
    return [
        ApprovalItem(project=project, approval_type=entry, department_id=entry.department_id)
        for entry in types
    ]


def _check_variants(types: Iterable[ApprovalType]) -> None:
    groups = [entry.variant_group for entry in types if entry.variant_group]
    if len(groups) != len(set(groups)):
        raise NotAllowed(_("Of the variants of one approval only one can be planned."))


def _check_prerequisites(known: Collection[ApprovalType]) -> None:
    covered = {entry.pk: entry for entry in known}
    groups = {entry.variant_group for entry in known if entry.variant_group}
    for type_id, before_id, group in _prerequisites_of(covered):
        if before_id not in covered and group not in groups:
            raise NotAllowed(
                _("“%(item)s” needs “%(before)s”: plan it too, or say why it does not apply.")
                % {
                    "item": covered[type_id],
                    "before": ApprovalType.objects.get(pk=before_id),
                }
            )


def _prerequisites_of(type_ids: Collection[UUID]) -> list[Before]:
    return list(_before(PREREQUISITES.filter(from_approvaltype__in=list(type_ids))))


def _before(prerequisites: QuerySet) -> QuerySet:
    return prerequisites.values_list(
        "from_approvaltype", "to_approvaltype", "to_approvaltype__variant_group"
    )


# Asked whenever an item is met.
ROWS = Prepared[Row](
    lambda project: ApprovalItem.objects.filter(project=project).values_list(
        "status", "approval_type", "approval_type__variant_group"
    )
)
# Mostly an act opens so few: asked one by one they cost less than one question made anew.
FEW = 3
PLANNED = Prepared[ApprovalItem](
    lambda project, entry: ApprovalItem.objects.filter(
        project=project, approval_type=entry, status=Status.PLANNED
    ).select_related("approval_type")
)
BEFORE = Prepared[Before](
    lambda project: _before(PREREQUISITES.filter(from_approvaltype__items__project=project))
)


def open_ready(
    project: Project, *, at: datetime, fresh: Iterable[ApprovalItem] = ()
) -> list[ApprovalItem]:
    """Make ready what has all its prerequisites met; exactly once, for the caller holds
    the project's lock and every act takes it first. `fresh` ones are not read again."""
    rows = ROWS(project.pk)
    planned = {entry for status, entry, _group in rows if status == Status.PLANNED}
    ready = planned - _waiting(project, rows)
    items = [item for item in fresh if item.approval_type_id in ready]
    if others := ready - {item.approval_type_id for item in items}:
        items = [*_planned(project, others), *items]
    _open(items, at=at)
    return items


def _planned(project: Project, types: Collection[UUID]) -> Iterable[ApprovalItem]:
    if len(types) <= FEW:
        found = [item for entry in types for item in PLANNED(project.pk, entry)]
        return sorted(found, key=lambda item: item.pk)
    return items_of(project).filter(status=Status.PLANNED, approval_type__in=types)


def _open(ready: list[ApprovalItem], *, at: datetime) -> None:
    if begun := [item for item in ready if item.version == 0]:
        history.record_first_events(begun, Status.READY, act=OPEN, by=None, at=at)
    if others := [item for item in ready if item not in begun]:
        history.move_all(others, Status.READY, act=OPEN, by=None, at=at)


def close_unready(opened: ApprovalItem, *, at: datetime) -> None:
    """A met item is open again: what came after it waits again, or is warned."""
    items = list(items_of(opened.project))
    ready = [item for item in items if item.status == Status.READY]
    waiting = _waiting(opened.project, ROWS(opened.project_id))
    for item in ready:
        if item.approval_type_id in waiting:
            history.move(item, Status.PLANNED, act=CLOSE, by=None, at=at)
    later = set(opened.approval_type.dependants.values_list("pk", flat=True))
    for item in items:
        if item.approval_type_id in later and item.status in HANDED_IN:
            note = str(opened.approval_type.name)
            history.note_act(item, act=PREREQUISITE_REOPENED, by=None, at=at, note=note)


def check_order(item: ApprovalItem) -> None:
    """Raises NotAllowed while what comes before the item is not met: in a joint case it
    was let past its prerequisites for review, not for its certificate."""
    missing = _missing_before(item)
    if missing:
        raise NotAllowed(
            _("By law the following must be completed first: %(names)s.")
            % {"names": "、".join(missing)},
            version=item.version,
        )


def _missing_before(item: ApprovalItem) -> list[str]:
    met = MetTypes.of_rows(ROWS(item.project_id))
    before = prerequisites_of(item)
    return [str(entry) for entry in before if not met.covers(entry.pk, entry.variant_group)]


def is_waiting_for(before: Iterable[ApprovalType], project: Project) -> bool:
    """Whether one of these holds up an item of the project that comes after them."""
    rows = ROWS(project.pk)
    met, planned = MetTypes.of_rows(rows), _planned_types(rows)
    return any(
        planned.covers(entry.pk, entry.variant_group)
        and not met.covers(entry.pk, entry.variant_group)
        for entry in before
    )


def _planned_types(rows: Collection[Row]) -> MetTypes:
    """What the project has ever planned. A prerequisite that its type was given later, and that
    the project never planned, holds up none of its items: nothing could meet it."""
    groups = frozenset(group for _status, _type_id, group in rows if group)
    return MetTypes(frozenset(type_id for _status, type_id, _group in rows), groups)


def items_of(project: Project) -> QuerySet:
    return project.items.select_related("approval_type").order_by("pk")


def _waiting(project: Project, rows: Collection[Row]) -> set[UUID]:
    """Types of the project's items with a prerequisite that none of these meets."""
    met, planned = MetTypes.of_rows(rows), _planned_types(rows)
    return {
        type_id
        for type_id, before_id, group in BEFORE(project.pk)
        if planned.covers(before_id, group) and not met.covers(before_id, group)
    }


def advance_project(
    item: ApprovalItem,
    kind: Kind | None,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    on: date | None = None,
) -> None:
    """What comes after a met item: the project's phase, then the next items.

    The firm is told of both, of the item by a message of this kind, if there is one.
    """
    phase = item.approval_type.reaches_phase
    if item.status == Status.GRANTED and phase:
        move_phase(item.project, Phase(phase), by=by, at=at, on=on)
    ready = open_ready(item.project, at=at)
    tell_met(item, kind, ready, at=at, note=note)


def plan_again(item: ApprovalItem, *, by: User, at: datetime) -> ApprovalItem:
    """The same approval as a new item of the locked project; the ended one stays."""
    check_is_last(item)
    again = _create(item.project, [item.approval_type])[0]
    again.save(force_insert=True)
    # 联合验收: the parts that go on are parts of the new one.
    item.parts.exclude(status__in=OVER).update(whole=again)
    open_ready(item.project, at=at, fresh=[again])
    return again


def check_is_last(item: ApprovalItem) -> None:
    """Raises NotAllowed when another item of the ended one's type has taken its place."""
    going_on = item.project.items.filter(approval_type=item.approval_type_id)
    if going_on.exclude(status__in=OVER).exists():
        raise NotAllowed(_("This approval is already under way."), version=item.version)
