"""How far an item is within its promised limit. Pure: no database."""

from dataclasses import dataclass
from datetime import date

from approvals.clock import days_used
from huadu_portal.clock import civil_day


@dataclass(frozen=True)
class Progress:
    """Days of the promised limit, in its own unit."""

    used: int
    limit: int
    # Still running; otherwise `used` is what it took.
    is_running: bool

    @property
    def left(self) -> int:
        """Below zero once the promise is broken."""
        return self.limit - self.used

    @property
    def late(self) -> int:
        return max(-self.left, 0)


def progress_of(item, today: date, calendar) -> Progress | None:
    """None where nothing is counted: no limit, not accepted, or ended undecided."""
    limit, unit = item.approval_type.promised_days, item.approval_type.promised_unit
    is_running = item.clock == "running"
    if limit is None or item.accepted_at is None:
        return None
    if not is_running and item.decided_at is None:
        return None
    until = today if is_running else civil_day(item.decided_at)
    used = days_used(civil_day(item.accepted_at), until, unit, calendar)
    return Progress(used, limit, is_running)


def answer_by(approval_type, today: date, calendar) -> tuple[date, date | None]:
    """Handed in today: by when it is accepted or not, and by when then decided."""
    notice = calendar.add(today, approval_type.notice_days, "working")
    decision, _statutory = approval_type.due_dates(notice, calendar)
    return notice, decision
