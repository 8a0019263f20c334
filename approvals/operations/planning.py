"""Which items a project needs, and which of them can be applied for now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from approvals.models import MET, ApprovalItem, ApprovalType, Status
from approvals.operations import history
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from projects.choices import EnvironmentalForm
from projects.models import Described, Project

# 水土保持方案: five hectares (75 亩) or more need the report book (水利部令53号).
REPORT_BOOK_FROM_MU = Decimal(75)
# 节能审查: 1,000 tonnes of standard coal a year or more.
ENERGY_REVIEW_FROM_TCE = 1000


@dataclass(frozen=True)
class Exemption:
    """A type that the project would need by default, and why it does not."""

    approval_type: ApprovalType
    reason: str


def suggested_plan(described: Described) -> set[str]:
    """Codes of the items such a project needs: the default ones, variants chosen."""
    types = list(ApprovalType.objects.all())
    chosen = {entry.code for entry in types if entry.is_default}
    swaps = {
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
    prerequisite is neither planned nor exempted with a reason (states.md, Readiness).
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
        history.begin(spared, Status.NOT_APPLICABLE, by=by, at=at)
    open_ready(project, at=at)
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


def _prerequisites_of(type_ids) -> list[tuple[UUID, UUID, str]]:
    """A type, one that comes before it, and the variant group of that one."""
    through = ApprovalType.prerequisites.through.objects
    return list(
        through.filter(from_approvaltype__in=list(type_ids)).values_list(
            "from_approvaltype", "to_approvaltype", "to_approvaltype__variant_group"
        )
    )


def open_ready(project: Project, *, at: datetime) -> list[ApprovalItem]:
    """Make ready what has all its prerequisites met; exactly once, for the caller holds
    the project's lock and every act takes it first."""
    items = list(project.items.select_related("approval_type").order_by("pk"))
    met = [item.approval_type for item in items if item.status in MET]
    met_ids = {entry.pk for entry in met}
    met_groups = {entry.variant_group for entry in met if entry.variant_group}
    planned = [item for item in items if item.status == Status.PLANNED]
    waiting = {
        type_id
        for type_id, before_id, group in _prerequisites_of(
            {item.approval_type_id for item in planned}
        )
        if before_id not in met_ids and group not in met_groups
    }
    ready = [item for item in planned if item.approval_type_id not in waiting]
    fresh = [item for item in ready if item.version == 0]
    if fresh:
        history.begin(fresh, Status.READY, by=None, at=at)
    for item in ready:
        if item not in fresh:
            history.move(item, Status.READY, by=None, at=at)
    return ready
