"""The official clock of an item: when it turns yellow, what is used, what is left.

Day 0 is the day a limit starts on, in working days rolled to one; day 1 the next day of the
unit (行政许可法第82条: days are working days unless the law says otherwise). Stopped time
(第45条) is counted in the limit's own unit: the days d with start ≤ d < end, from day 0 on.
A stop that begins after the last day of a limit does not bring the limit back. Pure: no
database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from huadu_portal.workdays.arithmetic import Calendar, Limit

# docs/states.md, Lamp: above five days at 70 % used or two days left; else on the due day.
SHORT_LIMIT, NEAR_SHARE, NEAR_LEFT = 5, 0.7, 2
ONE_DAY = timedelta(1)


@dataclass(frozen=True, order=True)
class Pause:
    """Civil days during which a clock stood still: from `start` until before `end`."""

    start: date
    end: date


@dataclass(frozen=True)
class Dates:
    """The days that follow from an acceptance; None where there is no such limit."""

    near_on: date | None
    due_on: date | None
    statutory_due_on: date | None


def near_day(limit: int) -> int:
    """On which day of a limit of so many days its lamp turns yellow."""
    if limit <= SHORT_LIMIT:
        return limit
    return min(ceil(limit * NEAR_SHARE), limit - NEAR_LEFT)


def dates(
    promised: Limit | None, statutory: Limit | None, pauses: Iterable[Pause], calendar: Calendar
) -> Dates:
    """All days of an item with these limits that stood still during these pauses."""
    stops = merged(pauses)
    due, by_law = (
        last_day(limit, stops, calendar) if limit else None for limit in (promised, statutory)
    )
    if promised is None:
        return Dates(None, due, by_law)
    # What is to be decided at once has no day on which there is time.
    near_on = promised.start
    if promised.days:
        near = Limit(near_day(promised.days), promised.unit, promised.start)
        near_on = last_day(near, stops, calendar)
    return Dates(near_on, due, by_law)


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """In order, and no day in two of them."""
    found: list[Pause] = []
    for pause in sorted(pauses):
        if found and pause.start <= found[-1].end:
            found[-1] = Pause(found[-1].start, max(found[-1].end, pause.end))
        else:
            found.append(pause)
    return found


def last_day(limit: Limit, stops: Sequence[Pause], calendar: Calendar) -> date:
    """The last day of a limit; `stops` are merged."""
    due, stopped = calendar.add(limit.start, limit.days, limit.unit), 0
    for stop in stops:
        if stop.start > due:
            break
        stopped += _days_within(stop, limit.start, stop.end, limit.unit, calendar)
        due = calendar.add(limit.start, limit.days + stopped, limit.unit)
        # An end that has rolled on over days off into the stop rolls on out of it.
        due = max(due, calendar.roll(stop.end))
    return due


def days_used(
    start: date, today: date, unit: str, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> int:
    """Days of the limit's unit gone by `today`, stopped ones left out; 0 on day 0."""
    day_zero = start if unit == "calendar" else calendar.roll(start)
    if today <= day_zero:
        return 0
    after = today + ONE_DAY
    gone = _days(day_zero + ONE_DAY, after, unit, calendar)
    stopped = sum(
        _days_within(stop, day_zero, after, unit, calendar) for stop in merged(pauses)
    )
    return max(gone - stopped, 0)


def _days_within(stop: Pause, start: date, end: date, unit: str, calendar: Calendar) -> int:
    """Days of the stop from `start` until before `end`."""
    return max(_days(max(stop.start, start), min(stop.end, end), unit, calendar), 0)


def _days(start: date, end: date, unit: str, calendar: Calendar) -> int:
    """Days d of the unit with start ≤ d < end."""
    return (end - start).days if unit == "calendar" else calendar.count(start, end)
