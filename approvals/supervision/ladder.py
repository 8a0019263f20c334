"""The ladder of reminders: which rung is reached when. Pure: no database.

Rungs fire at nine on working days (docs/states.md, Rungs), the first one as soon as the clock begins. A
limit too short for a rung skips it: what would lie before the clock began is no rung.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from math import ceil

from approvals.items.clock import Limit
from huadu_portal.workdays.office_hours import OFFICE_OPENS


@dataclass(frozen=True)
class Timing:
    """What a ladder is measured by. None: there is no such day, or nothing to count.

    `since` is when the clock began, `quiet_since` the last event of a clock that runs, and
    `version` how many events there have been by then.
    """

    since: datetime
    limit: Limit | None = None
    near_on: date | None = None
    due_on: date | None = None
    statutory_due_on: date | None = None
    quiet_since: datetime | None = None
    version: int = 0


@dataclass(frozen=True)
class Step:
    """A rung and the moment from which it has been reached.

    `occasion` tells silences of one epoch apart: the version each has lasted since.
    """

    rung: object
    at: datetime
    occasion: int = 0


def steps(rungs: Iterable, timing: Timing, calendar, zone: tzinfo) -> list[Step]:
    """All rungs of a clock, lowest first; of two at one moment, the later one is higher.

    A rung has `trigger`, `value`, `unit` and `min_days` (approvals.models.LadderRung).
    """
    found = []
    for rung in rungs:
        if timing.limit and timing.limit.days < rung.min_days:
            continue
        at = moment_of(rung, timing, calendar, zone)
        if at is not None and at >= timing.since:
            occasion = timing.version if rung.trigger == "quiet" else 0
            found.append(Step(rung, at, occasion))
    return sorted(found, key=lambda step: step.at)


def news(reached: Sequence[Step], recorded: Container[Step]) -> Step | None:
    """Of what has been reached, the one to be told: the highest, if it is not recorded yet.

    A silence ranks below every rung that has a day: however late it began, it hides no
    delay. A lower rung that a new version has put in is no news.
    """
    dated = [step for step in reached if step.rung.trigger != "quiet"]
    silences = [step for step in reached if step.rung.trigger == "quiet"]
    for steps_ in (dated, silences):
        if steps_ and steps_[-1] not in recorded:
            return steps_[-1]
    return None


def moment_of(rung, timing: Timing, calendar, zone: tzinfo) -> datetime | None:
    """From when the rung has been reached; None when its clock has no such day."""
    if rung.trigger == "since" and rung.value == 0:
        return timing.since
    day = _day_of(rung, timing, calendar, zone)
    return day and datetime.combine(day, OFFICE_OPENS, zone)


def _day_of(rung, timing: Timing, calendar, zone: tzinfo) -> date | None:
    match rung.trigger:
        case "since":
            return _add(_day(timing.since, zone), rung.value, rung.unit, calendar)
        case "share":
            return _share(rung.value, timing, calendar)
        case "near":
            return timing.near_on
        case "left":
            return _add(timing.due_on, -rung.value, rung.unit, calendar)
        case "past":
            return _add(timing.due_on, rung.value, rung.unit, calendar)
        case "statutory_past":
            return _add(timing.statutory_due_on, rung.value, rung.unit, calendar)
        case "quiet":
            return _add(_day(timing.quiet_since, zone), rung.value, "working", calendar)
    raise ValueError(f"no such trigger: {rung.trigger}")


def _share(percent: int, timing: Timing, calendar) -> date | None:
    """Counted back from the promised day, which knows of all stops."""
    if timing.limit is None or timing.due_on is None:
        return None
    left = timing.limit.days - ceil(timing.limit.days * percent / 100)
    return _add(timing.due_on, -left, timing.limit.unit, calendar)


def _add(day: date | None, days: int, unit: str, calendar) -> date | None:
    """None beyond the calendar's last day: so far ahead nobody is reminded."""
    try:
        return day and calendar.add(day, days, unit)
    except (OverflowError, ValueError):
        return None


def _day(at: datetime | None, zone: tzinfo) -> date | None:
    return at and at.astimezone(zone).date()
