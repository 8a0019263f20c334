"""What by law comes before an item's certificate, promised while the item is under review.

Such a commitment is kept by the grant of what was promised, not by a document.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from approvals.acts.models import Commitment
from approvals.catalogue.models import ApprovalType
from approvals.items.events import KEEP_COMMITMENT
from approvals.items.models import ApprovalItem
from approvals.items.operations.history import lock_items, note_act
from huadu_portal.accounts.models import User


def promise_grants(
    promised: Iterable[tuple[ApprovalItem, ApprovalType]],
    *,
    by: User,
    at: datetime,
    due_on: date,
) -> None:
    """Write down what each item of a joint case still waits for, by the day."""
    Commitment.objects.bulk_create(
        Commitment(
            item=item,
            source=Commitment.Source.JOINT,
            approval_type=entry,
            text=entry.name,
            due_on=due_on,
            made_at=at,
            made_by=by,
            next_rung_at=at,
        )
        for item, entry in promised
    )


def keep_by_grant(met: ApprovalItem, *, by: User, at: datetime) -> None:
    """The commitments that waited for this item of a locked project are kept."""
    if not met.project.is_joint_five:
        return
    kept = list(_waiting_for(met).filter(fulfilled_at=None).order_by("due_on", "pk"))
    if not kept:
        return
    keys = [commitment.item_id for commitment in kept]
    items = lock_items(ApprovalItem.objects.filter(pk__in=keys), met.project)
    by_key = {item.pk: item for item in items}
    for commitment in kept:
        commitment.fulfilled_at = at
        note = f"{commitment.text} ({commitment.due_on})"
        note_act(by_key[commitment.item_id], act=KEEP_COMMITMENT, by=by, at=at, note=note)
    Commitment.objects.bulk_update(kept, ["fulfilled_at"])


def owe_again(unmet: ApprovalItem, *, at: datetime) -> None:
    """What counted as met is open again: so is what was promised of it."""
    if unmet.project.is_joint_five:
        kept = _waiting_for(unmet).filter(fulfilled_at__isnull=False)
        kept.update(fulfilled_at=None, next_rung_at=at)


def _waiting_for(item: ApprovalItem) -> QuerySet[Commitment]:
    """Of the project's commitments those that this item, or a variant of it, keeps."""
    entry = item.approval_type
    same = Q(approval_type=entry)
    if entry.variant_group:
        same |= Q(approval_type__variant_group=entry.variant_group)
    return Commitment.objects.filter(same, item__project=item.project_id)
