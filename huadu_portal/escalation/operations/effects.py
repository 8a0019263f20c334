"""What a new version of a policy would do to all that is waiting, before it is published."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import EscalationPolicy, Step
from huadu_portal.escalation.operations.policies import Policies
from huadu_portal.escalation.operations.sweep import Mark, mark_of, recorded
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
    # How many reminders the next sweep would send, by the name of the step: with and without the
    # change alike; because of it alone; and without it alone.
    told_anyway: Counter
    told_by_change: Counter
    told_no_more: Counter

    @property
    def told_at_once(self) -> Counter:
        """All that the next sweep would send with the change."""
        return self.told_anyway + self.told_by_change

    @property
    def steps(self) -> list[tuple[str, int, int, int]]:
        """By name of the step: because of the change, anyway, no more."""
        kinds = (self.told_by_change, self.told_anyway, self.told_no_more)
        names = {name: None for kind in kinds for name in kind}
        return [(name, *(kind[name] for kind in kinds)) for name in names]


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
    told = Told()
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
            if subject.pk not in paused:
                mark = partial(mark_of, subject_type, subject, course)
                told.count(*(_to_tell(steps, mark, there, at) for steps in (before, after)))
    return Effect(waiting, moved, told.anyway, told.by_change, told.no_more)


@dataclass
class Told:
    """Reminders that the next sweep would send, by the name of the step."""

    anyway: Counter[str] = field(default_factory=Counter)
    by_change: Counter[str] = field(default_factory=Counter)
    no_more: Counter[str] = field(default_factory=Counter)

    def count(self, without: DueStep | None, with_it: DueStep | None) -> None:
        """Of one subject: what it would be told of without the change, and with it."""
        if without and with_it and without.step.code == with_it.step.code:
            self.anyway[str(with_it.step)] += 1
            return
        if with_it:
            self.by_change[str(with_it.step)] += 1
        if without:
            self.no_more[str(without.step)] += 1


def _to_tell(
    steps: Sequence[DueStep],
    mark: Callable[[DueStep], Mark],
    there: Collection[Mark],
    at: datetime,
) -> DueStep | None:
    """Of which step the next sweep would remind."""
    reached = [due for due in steps if due.at <= at]
    return step_to_tell(reached, [due for due in reached if mark(due) in there])


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
