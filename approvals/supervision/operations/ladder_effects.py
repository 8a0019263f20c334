"""What a new version of a ladder would do to all that is waiting, before it is published."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from approvals.supervision import ladder
from approvals.supervision.models import Ladder, LadderRung
from approvals.supervision.operations.ladders import Ladders
from approvals.supervision.operations.reminders import stops_of
from approvals.supervision.operations.watched import WATCHED
from approvals.supervision.operations.watching import Watched, mark_of, recorded
from huadu_portal.clock import civil_day
from huadu_portal.workdays.published import calendar


@dataclass(frozen=True)
class Effect:
    """What a changed ladder would do to what is waiting now."""

    waiting: int
    # Of these, how many would next be looked at on another day than now.
    moved: int
    # How many would be told at the next sweep, by the name of the rung.
    told_at_once: Counter


def effect_of(new: Ladder, rungs: Sequence[LadderRung], at: datetime) -> Effect:
    """What it would change for all that is waiting now; writes nothing."""
    ladders, published = Ladders(), calendar()
    then = ladders.replacing(new, rungs)
    zone = timezone.get_default_timezone()
    waiting, moved, told = 0, 0, Counter()
    for watched, things in _waiting_on(new, published):
        there = recorded(watched, things)
        still = stops_of(watched, things, civil_day(at))
        for thing in things:
            standing = watched.standing_of(thing)
            was = ladders.rungs_for(new.course, standing)
            becomes = then.rungs_for(new.course, standing)
            timing = watched.timing_of(thing)
            before = ladder.steps(was, timing, published, zone)
            after = ladder.steps(becomes, timing, published, zone)
            waiting += 1
            moved += _next(before, at) != _next(after, at)
            reached = [step for step in after if step.at <= at]
            known = [step for step in reached if mark_of(thing, step) in there]
            heard = ladder.news(reached, known)
            if heard and thing.pk not in still:
                told[str(heard.rung)] += 1
    return Effect(waiting, moved, told)


def _waiting_on(new: Ladder, published) -> Iterable[tuple[Watched, list]]:
    """Everything this ladder would hold for, batch by batch."""
    for watched in WATCHED:
        rows = watched.with_related(watched.waiting_on(new.course))
        for batch in _batches(rows.order_by("pk")):
            watched.prepare(batch, published)
            yield watched, [thing for thing in batch if _holds(watched, thing, new)]


def _holds(watched: Watched, thing, new: Ladder) -> bool:
    if watched.course_of(thing) != new.course:
        return False
    standing = watched.standing_of(thing)
    grade = standing.project.grade if standing.project else ""
    return new.department_id in {None, standing.department_id} and new.grade in {"", grade}


def _batches(rows: QuerySet, size: int = 1000):
    batch = list(rows[:size])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:size])


def _next(steps, at: datetime) -> datetime | None:
    return next((step.at for step in steps if step.at > at), None)
