"""The ladder of reminders: which rung is reached when. Pure: no database.

Rungs fire at nine on working days (states.md). A limit too short for a rung skips it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

OFFICE_OPENS, OFFICE_CLOSES = time(9), time(18)


@dataclass(frozen=True)
class Step:
    """A rung and the moment from which it has been reached."""

    rung: str
    at: datetime


def steps(
    *,
    near_on: date | None,
    due_on: date | None,
    statutory_due_on: date | None,
    since: datetime,
    calendar,
    zone: tzinfo,
) -> list[Step]:
    """All rungs of a clock that began at `since`, lowest first."""
    days = [
        ("near", near_on and calendar.add(near_on, 0, "working")),
        ("overdue", due_on and calendar.add(due_on, 1, "working")),
        (
            "statutory",
            statutory_due_on and calendar.add(statutory_due_on, 1, "working"),
        ),
    ]
    reached = [
        Step(rung, datetime.combine(day, OFFICE_OPENS, zone)) for rung, day in days if day
    ]
    return [step for step in reached if step.at >= since]


def is_office_hour(at: datetime, calendar, zone: tzinfo) -> bool:
    """Whether people may be disturbed: never on days off, never at night."""
    local = at.astimezone(zone)
    return calendar.is_workday(local.date()) and OFFICE_OPENS <= local.time() < OFFICE_CLOSES
