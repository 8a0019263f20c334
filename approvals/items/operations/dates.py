"""The stored dates of an item: the one place that derives them from spans and calendar."""

from datetime import date, datetime

from django.utils import timezone

from approvals.items.clock import dates
from approvals.items.limits import limits_of, pauses_of
from approvals.items.models import ApprovalItem, Lamp
from approvals.items.operations.kept_versions import set_limits
from huadu_portal.clock import civil_day
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.models import Unit
from huadu_portal.workdays.office_hours import OFFICE_OPENS

# 行政许可法第44条: ten working days to deliver what was granted.
DELIVERY_DAYS = 10


def recompute(item: ApprovalItem, published: Calendar) -> None:
    """Set all stored dates of an accepted item; the caller saves it.

    Spans that were fetched with the item are not asked for again. Before its second
    epoch no clock can have stood still.
    """
    spans = item.spans.all() if item.epoch else []
    promised, statutory = limits_of(item)
    found = dates(promised, statutory, pauses_of(spans), published)
    item.near_on, item.due_on = found.near_on, found.due_on
    item.statutory_due_on = found.statutory_due_on
    item.is_provisional = _is_provisional(item, published)


def _is_provisional(item: ApprovalItem, published: Calendar) -> bool:
    last = [day for day in (item.due_on, item.statutory_due_on) if day]
    if not last or item.submitted_at is None:
        return False
    return published.rests_on_provisional(civil_day(item.submitted_at), max(last))


def start_clock(
    item: ApprovalItem, at: datetime, published: Calendar, *, joint_days: int | None = None
) -> None:
    """Day 0: the limits are those of the type as they are now, or were on receipt if shorter.

    A joint case's limit, in working days, stands in for the promised one (docs/states.md, Limits).
    """
    item.accepted_at = at
    set_limits(item, at, published)
    if joint_days is not None:
        item.promised_days, item.promised_unit = joint_days, Unit.WORKING
    recompute(item, published)


def stop_clock(item: ApprovalItem, at: datetime) -> None:
    """The last lamp stays for history."""
    item.last_lamp = item.lamp_on(civil_day(at)) or Lamp.NONE


def opening_of(day: date) -> datetime:
    """A fact of which only the day is known stands at the opening of the office."""
    return datetime.combine(day, OFFICE_OPENS, timezone.get_default_timezone())
