"""The messages of the last weeks: reminders as the sweep writes them, notices of acts."""

from datetime import datetime, time, tzinfo

from approvals.items.operations.notices import tell_department, tell_firm
from approvals.models import ItemEvent, Status
from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.histories import Ledger
from huadu_portal.escalation.operations import remind
from huadu_portal.notifications.models import Kind

S = Status
# In working days: sweeps from so long ago, notices of acts.
SWEPT, TOLD = 60, 12

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


def send_notifications(ledger: Ledger, days: DemoDays, zone: tzinfo) -> None:
    _sweep(days, zone)
    since = datetime.combine(days.ago(TOLD), time.min, zone)
    for event in sorted(ledger.events, key=lambda event: event.at):
        if event.at >= since and event.to_status in KINDS:
            _notice(event)


def _sweep(days: DemoDays, zone: tzinfo) -> None:
    """Each working morning, as the schedule would have."""
    for ago in range(SWEPT, 0, -1):
        remind(datetime.combine(days.ago(ago), time(9, 1), zone))


def _notice(event: ItemEvent) -> None:
    """What the act would have said: keys name the version that it made."""
    item, kind = event.item, KINDS[event.to_status]
    last, item.version = item.version, event.number
    if event.to_status in {S.SUBMITTED, S.WITHDRAWN}:
        tell_department(item, kind, at=event.at, note=event.note)
    else:
        tell_firm(item, kind, at=event.at, note=event.note)
    item.version = last
