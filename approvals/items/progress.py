"""How far an item is within its promised limit. Pure: no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from approvals.items.clock import Pause, days_used
from approvals.items.limits import (
    HeldSpan,
    ItemWithLimits,
    TypeWithLimits,
    dates_of_type,
    limits_of,
    pauses_of,
)
from huadu_portal.clock import civil_day
from huadu_portal.workdays.arithmetic import Calendar


class HeldSpans(Protocol):
    def all(self) -> Iterable[HeldSpan]: ...


class ItemWithProgress(ItemWithLimits, Protocol):
    """What is asked of an item (`approvals.items.models.ApprovalItem`)."""

    epoch: int
    due_on: date | None
    decided_at: datetime | None

    @property
    def clock(self) -> str: ...

    @property
    def spans(self) -> HeldSpans: ...


class TypeWithNotice(TypeWithLimits, Protocol):
    notice_days: int

    @property
    def is_decided_at_once(self) -> bool: ...


@dataclass(frozen=True)
class Progress:
    """Days of the promised limit, in its own unit."""

    used: int
    limit: int
    # Below zero once the promised limit is over.
    left: int
    # Still running; otherwise `used` is what it took.
    is_running: bool

    @property
    def late(self) -> int:
        return max(-self.left, 0)


def progress_of(item: ItemWithProgress, today: date, calendar: Calendar) -> Progress | None:
    """None where nothing is counted: no limit, not accepted, or ended undecided.

    HeldSpans are asked for only where a clock can have stood still; fetch them for a list.
    """
    if item.accepted_at is None:
        return None
    if item.clock in {"pending", "ended"} and item.decided_at is None:
        return None
    limit, _statutory = limits_of(item)
    if limit is None or item.due_on is None:
        return None
    spans = list(item.spans.all()) if may_have_stood_still(item) else []
    until = today if item.decided_at is None else civil_day(item.decided_at)
    pauses = pauses_of(spans, until)
    used = days_used(limit.start, until, limit.unit, calendar, pauses)
    left = _left(limit.days - used, limit.unit, item.due_on, until, calendar, pauses)
    return Progress(used, limit.days, left, item.clock == "running")


def may_have_stood_still(item: ItemWithProgress) -> bool:
    """Before its second epoch no clock has been stopped and started again."""
    return item.epoch > 0 or item.clock == "stopped"


def _left(
    left: int, unit: str, due_on: date, today: date, calendar: Calendar, pauses: list[Pause]
) -> int:
    """A calendar limit that ends on a day off has the days until it has rolled as well; one
    that was stopped in time does not end while it stands still."""
    is_held = any(pause.start <= due_on < pause.end for pause in pauses)
    if today <= due_on or is_held:
        return max(left, 0)
    since = [pause for pause in pauses if pause.start > due_on]
    return -days_used(due_on, today, unit, calendar, since)


def answer_by(
    approval_type: TypeWithNotice, today: date, calendar: Calendar
) -> tuple[date, date | None]:
    """Handed in today: by when it is accepted or not, and by when then decided.

    None for the second where there is no promise, or where it is decided at once
    (`is_decided_at_once`): on the day of acceptance, whichever it will be.
    """
    notice = calendar.add(today, approval_type.notice_days, "working")
    if approval_type.is_decided_at_once:
        return notice, None
    return notice, dates_of_type(approval_type, today, notice, calendar).due_on
