"""What the centre does with an item: milestones, what does not apply, beginning anew."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts.operations.following_grants import keep_by_grant, owe_again
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.dates import opening_of
from approvals.items.operations.history import move
from approvals.items.operations.planning import advance_project, close_unready, plan_again
from approvals.items.operations.reasons import reason_of
from approvals.items.readiness import readiness_of_item
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
    """Record a milestone that has been reached on a day, today or before.

    While the law asks for something before it that is open, the head of the center alone
    records it, and gives the reason. Raises ValidationError without it.
    """
    on = on or civil_day(at)
    if on > civil_day(at):
        raise NotAllowed(
            _("The date of a milestone must not be in the future."), version=item.version
        )
    _check_conditions(item, civil_day(at), by=by, note=note)
    item.decided_at = at if on == civil_day(at) else opening_of(on)
    text = f"{on.isoformat()} {note}".strip()
    move(item, Status.GRANTED, act="record", by=by, at=at, note=text)
    advance_project(item, Kind.ITEM_GRANTED, by=by, at=at, note=note, on=on)
    return item


def _check_conditions(item: ApprovalItem, today: date, *, by: User, note: str) -> None:
    readiness = readiness_of_item(item, today)
    if not (readiness and readiness.by_law):
        return
    open_points = {"names": "、".join(point.name for point in readiness.by_law)}
    if by.role != User.Role.CENTRE_HEAD:
        sentence = _(
            "By law these are needed before: %(names)s. Only the head of the service center "
            "may record it, with a reason."
        )
        raise NotAllowed(sentence % open_points, version=item.version)
    if not note.strip():
        sentence = _("By law these are needed before: %(names)s. Please give the reason.")
        raise ValidationError({"note": sentence % open_points})


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
