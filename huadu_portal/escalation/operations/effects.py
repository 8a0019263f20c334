"""What a new version of a policy would do to all that is waiting, before it is published."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import EscalationPolicy, Step
from huadu_portal.escalation.operations.policies import Policies
from huadu_portal.escalation.operations.sweep import mark_of, recorded
from huadu_portal.escalation.schedule import DueStep, due_steps, step_to_tell
from huadu_portal.escalation.subjects import SubjectType, course_named, subject_types
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.published import calendar


@dataclass(frozen=True)
class Effect:
    """What a changed policy would do to what is waiting now."""

    waiting: int
    # Of these, how many would next be looked at on another day than now.
    moved: int
    # How many would be told at the next sweep, by the name of the step.
    told_at_once: Counter


def effect_of(new: EscalationPolicy, steps: Sequence[Step], at: datetime) -> Effect:
    """What it would change for all that is waiting now; writes nothing."""
    course, published, zone = (
        course_named(new.course),
        calendar(),
        timezone.get_default_timezone(),
    )
    now = Policies()
    then = now.replacing(new, steps)
    waiting = moved = 0
    told: Counter[str] = Counter()
    for subject_type, subjects in _waiting_on(new, published):
        there = recorded(subject_type, subjects)
        paused = subject_type.paused(subjects, civil_day(at))
        for subject in subjects:
            responsibility = subject_type.responsibility_of(subject)
            timing = subject_type.timing_of(subject)
            before, after = (
                due_steps(policies.steps_for(course, responsibility), timing, published, zone)
                for policies in (now, then)
            )
            waiting += 1
            moved += _next(before, at) != _next(after, at)
            reached = [due for due in after if due.at <= at]
            mark = partial(mark_of, subject_type, subject, course)
            known = [due for due in reached if mark(due) in there]
            due = step_to_tell(reached, known)
            if due and subject.pk not in paused:
                told[str(due.step)] += 1
    return Effect(waiting, moved, told)


def _waiting_on(
    new: EscalationPolicy, published: Calendar
) -> Iterator[tuple[SubjectType, list[Any]]]:
    """Everything this policy would hold for, batch by batch."""
    for subject_type in subject_types():
        rows = subject_type.with_related(subject_type.waiting_on(new.course))
        for batch in _batches(rows.order_by("pk")):
            subject_type.prepare(batch, published)
            yield subject_type, [each for each in batch if _holds(subject_type, each, new)]


def _holds(subject_type: SubjectType, subject: Any, new: EscalationPolicy) -> bool:
    course = subject_type.course_of(subject)
    if course is None or course.code != new.course:
        return False
    part = subject_type.responsibility_of(subject)
    return new.department_id in {None, part.department_id} and new.grade in {"", part.grade}


def _batches(rows: QuerySet, size: int = 1000) -> Iterator[list]:
    batch = list(rows[:size])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:size])


def _next(steps: Sequence[DueStep], at: datetime) -> datetime | None:
    return next((due.at for due in steps if due.at > at), None)
