"""What the centre does with an item: milestones, what does not apply, beginning anew."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from approvals.acts.operations.following_grants import keep_by_grant, owe_again
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.dates import opening_of
from approvals.items.operations.history import move
from approvals.items.operations.planning import advance_project, close_unready, plan_again
from approvals.items.operations.reasons import reason_of
from approvals.papers.operations import wake_used_up
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind


@operation
def record(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    on: date | None = None,
    note: str = "",
) -> ApprovalItem:
    """Record a milestone that has been reached on a day, today or before."""
    on = on or civil_day(at)
    if on > civil_day(at):
        raise NotAllowed(
            _("The date of a milestone must not be in the future."), version=item.version
        )
    item.decided_at = at if on == civil_day(at) else opening_of(on)
    text = f"{on.isoformat()} {note}".strip()
    move(item, Status.GRANTED, act="record", by=by, at=at, note=text)
    advance_project(item, Kind.ITEM_GRANTED, by=by, at=at, note=note, on=on)
    return item


@operation
def mark_not_applicable(
    item: ApprovalItem, *, by: User, at: datetime, note: str
) -> ApprovalItem:
    """不涉及: the project does not need it; from now on it counts as met."""
    item.reason = reason_of(note, item)
    act = "mark_not_applicable"
    move(item, Status.NOT_APPLICABLE, act=act, by=by, at=at, note=note)
    keep_by_grant(item, by=by, at=at)
    advance_project(item, Kind.ITEM_NOT_APPLICABLE, by=by, at=at, note=note)
    return item


@operation
def undo_not_applicable(
    item: ApprovalItem, *, by: User, at: datetime, note: str
) -> ApprovalItem:
    """It applies after all: back to planned, or ready at once.

    What came after it and has not been handed in waits again; what has been handed in
    goes on, with a warning in its history. What had only to hold until then has to hold on.
    """
    reason_of(note, item)
    item.reason = ""
    act = "undo_not_applicable"
    move(item, Status.PLANNED, act=act, by=by, at=at, note=note)
    close_unready(item, at=at)
    wake_used_up(item, at)
    owe_again(item, at=at)
    advance_project(item, None, by=by, at=at)
    item.refresh_from_db()
    return item


@operation
def apply_anew(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """After a refusal, a return or a withdrawal: the same approval as a new item."""
    return plan_again(item, by=by, at=at)
