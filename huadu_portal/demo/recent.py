"""The messages of the last weeks: reminders as the sweep writes them, notices of acts."""

from contextlib import suppress
from datetime import datetime, time, timedelta, tzinfo

from django.core.exceptions import PermissionDenied

from approvals.items.operations.notices import tell_department, tell_firm
from approvals.models import (
    ItemEvent,
    OrderProposal,
    ProposalState,
    Status,
    SupervisionOrder,
)
from approvals.supervision import operations as supervision
from huadu_portal.accounts.models import User
from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.histories import Ledger
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation.operations import remind
from huadu_portal.notifications.models import Kind

S = Status
# In working days: sweeps from so long ago, notices of acts.
SWEPT, TOLD = 60, 12
HOUR, DAY = timedelta(hours=1), timedelta(1)
# Proposals of the last so many working days wait for a decision; every fourth is declined.
UNDECIDED, DECLINED_EACH = 7, 4
NOT_NEEDED = "部门已约定专家评审时间，近日即可办结，不予签发督办单。"
REPLY = "因专家意见反馈较晚造成延误，已督促加快，三个工作日内办结。"

KINDS: dict[str, Kind] = {
    S.SUBMITTED: Kind.ITEM_SUBMITTED,
    S.ACCEPTED: Kind.ITEM_ACCEPTED,
    S.CORRECTING: Kind.ITEM_CORRECTION,
    S.DECLINED: Kind.ITEM_DECLINED,
    S.GRANTED: Kind.ITEM_GRANTED,
    S.REFUSED: Kind.ITEM_REFUSED,
    S.DELIVERED: Kind.ITEM_DELIVERED,
    S.WITHDRAWN: Kind.ITEM_WITHDRAWN,
}


def send_notifications(ledger: Ledger, days: DemoDays, zone: tzinfo, head: User) -> None:
    _sweep(days, zone, head)
    since = datetime.combine(days.ago(TOLD), time.min, zone)
    for event in sorted(ledger.events, key=lambda event: event.at):
        if event.at >= since and event.to_status in KINDS:
            _notice(event)


def _sweep(days: DemoDays, zone: tzinfo, head: User) -> None:
    """Each working morning, as the schedule would have; then the head decides on what the
    ladder proposed before that day, and the departments answer the orders of before."""
    for ago in range(SWEPT, 0, -1):
        morning = datetime.combine(days.ago(ago), time(9, 1), zone)
        remind(morning)
        _answer_orders(morning + HOUR)
        if ago > UNDECIDED:
            _decide(morning + 2 * HOUR, head)


def _decide(at: datetime, head: User) -> None:
    """Most are issued, every fourth is not; those of the last days wait."""
    proposals = OrderProposal.objects.in_state(ProposalState.OPEN)
    waiting = proposals.filter(proposed_at__lt=at - DAY).order_by("proposed_at", "pk")
    decided = OrderProposal.objects.filter(decided_at__isnull=False).count()
    for number, proposal in enumerate(waiting, decided + 1):
        # What the item's history has later than this day stands already.
        with suppress(NotAllowed, PermissionDenied):
            if number % DECLINED_EACH:
                supervision.issue_proposed(proposal, by=head, at=at)
            else:
                supervision.decline_proposal(proposal, by=head, at=at, text=NOT_NEEDED)


def _answer_orders(at: datetime) -> None:
    """By whoever handles the item, two days after; where nobody does, they stay open."""
    orders = SupervisionOrder.objects.unanswered().filter(ordered_at__lt=at - 2 * DAY)
    for order in orders.select_related("item__officer").order_by("pk"):
        if officer := order.item.officer:
            with suppress(NotAllowed, PermissionDenied):
                supervision.answer_order(order, by=officer, at=at, text=REPLY)


def _notice(event: ItemEvent) -> None:
    """What the act would have said: keys name the version that it made."""
    item, kind = event.item, KINDS[event.to_status]
    last, item.version = item.version, event.number
    if event.to_status in {S.SUBMITTED, S.WITHDRAWN}:
        tell_department(item, kind, at=event.at, note=event.note)
    else:
        tell_firm(item, kind, at=event.at, note=event.note)
    item.version = last
