"""The official clock of an item: when it turns yellow, what is used, what is left.

Day 0 is the day of acceptance, rolled to a working day; day 1 the next working day
(行政许可法第82条: days are working days unless the law says otherwise). Pure: no database.
"""

from dataclasses import dataclass
from datetime import date
from math import ceil

# states.md, Lamp: above five days at 70 % used or two days left; else on the due day.
SHORT_LIMIT, NEAR_SHARE, NEAR_LEFT = 5, 0.7, 2


def near_day(limit: int) -> int:
    """On which day of a limit of so many days its lamp turns yellow."""
    if limit <= SHORT_LIMIT:
        return limit
    return min(ceil(limit * NEAR_SHARE), limit - NEAR_LEFT)


@dataclass(frozen=True)
class Dates:
    """The days that follow from an acceptance; None where there is no such limit."""

    near_on: date | None
    due_on: date | None
    statutory_due_on: date | None


def dates(approval_type, start: date, calendar) -> Dates:
    """All days of an item of this type accepted on `start`."""
    due_on, statutory_due_on = approval_type.due_dates(start, calendar)
    limit = approval_type.promised_days
    near_on = (
        None
        if limit is None
        else calendar.add(start, near_day(limit), approval_type.promised_unit)
    )
    return Dates(near_on, due_on, statutory_due_on)


def days_used(start: date, today: date, unit: str, calendar) -> int:
    """Days of the limit's unit gone by `today`; 0 on the day of acceptance."""
    day_zero = calendar.add(start, 0, unit)
    if today <= day_zero:
        return 0
    if unit == "calendar":
        return (today - day_zero).days
    # Days after day 0 up to and with today; count() takes the first and not the last.
    return calendar.count(day_zero, today) - 1 + int(calendar.is_workday(today))
