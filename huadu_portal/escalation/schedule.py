"""When the steps of a policy are due. Pure: no database.

A step is due at nine on a working day (docs/states.md, Rungs), one that counts no days as soon as the
clock begins. A limit too short for a step skips it: what would lie before the beginning is no step.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from math import ceil
from typing import Protocol

from huadu_portal.workdays.arithmetic import Calendar, Limit
from huadu_portal.workdays.office_hours import OFFICE_OPENS


class StepRule(Protocol):
    """What is asked of a step (`huadu_portal.escalation.models.Step`)."""

    code: str
    name: str
    name_en: str
    trigger: str
    value: int
    unit: str
    min_days: int
    audience: list[str]
    card: str
    channels: list[str]
    is_urgent: bool
    text: str
    text_en: str


@dataclass(frozen=True)
class Timing:
    """What the steps are counted from. None: there is no such day, or nothing to count.

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
class DueStep:
    """A step and the moment from which it is due.

    `occasion` tells silences of one epoch apart: the version each has lasted since.
    """

    step: StepRule
    at: datetime
    occasion: int = 0


def due_steps(
    steps: Iterable[StepRule], timing: Timing, calendar: Calendar, zone: tzinfo
) -> list[DueStep]:
    """All steps of a clock, lowest first; of two due at one moment, the later one is higher."""
    found = []
    for step in steps:
        if timing.limit and timing.limit.days < step.min_days:
            continue
        at = moment_of(step, timing, calendar, zone)
        if at is not None and at >= timing.since:
            occasion = timing.version if step.trigger == "quiet" else 0
            found.append(DueStep(step, at, occasion))
    return sorted(found, key=lambda due: due.at)


def step_to_tell(reached: Sequence[DueStep], recorded: Container[DueStep]) -> DueStep | None:
    """Of what has been reached, the highest, unless it is recorded already.

    A silence ranks below every step that has a day: however late it began, it hides no
    delay. A lower step that a new version has put in is not told.
    """
    dated = [due for due in reached if due.step.trigger != "quiet"]
    silences = [due for due in reached if due.step.trigger == "quiet"]
    for ranked in (dated, silences):
        if ranked and ranked[-1] not in recorded:
            return ranked[-1]
    return None


def moment_of(
    step: StepRule, timing: Timing, calendar: Calendar, zone: tzinfo
) -> datetime | None:
    """From when the step is due; None when its clock has no such day."""
    if step.trigger == "since" and step.value == 0:
        return timing.since
    day = _day_of(step, timing, calendar, zone)
    return datetime.combine(day, OFFICE_OPENS, zone) if day else None


def _day_of(step: StepRule, timing: Timing, calendar: Calendar, zone: tzinfo) -> date | None:
    match step.trigger:
        case "since":
            return _add(_day(timing.since, zone), step.value, step.unit, calendar)
        case "share":
            return _share(step.value, timing, calendar)
        case "near":
            return timing.near_on
        case "left":
            return _add(timing.due_on, -step.value, step.unit, calendar)
        case "past":
            return _add(timing.due_on, step.value, step.unit, calendar)
        case "statutory_past":
            return _add(timing.statutory_due_on, step.value, step.unit, calendar)
        case "quiet":
            return _add(_day(timing.quiet_since, zone), step.value, "working", calendar)
    raise ValueError(f"no such trigger: {step.trigger}")


def _share(percent: int, timing: Timing, calendar: Calendar) -> date | None:
    """Counted back from the promised day, which knows of all stops."""
    if timing.limit is None or timing.due_on is None:
        return None
    left = timing.limit.days - ceil(timing.limit.days * percent / 100)
    return _add(timing.due_on, -left, timing.limit.unit, calendar)


def _add(day: date | None, days: int, unit: str, calendar: Calendar) -> date | None:
    """None beyond the calendar's last day: so far ahead nobody is reminded."""
    try:
        return day and calendar.add(day, days, unit)
    except (OverflowError, ValueError):
        return None


def _day(at: datetime | None, zone: tzinfo) -> date | None:
    return at and at.astimezone(zone).date()
