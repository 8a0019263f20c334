"""Which ladder holds for what, how it is changed, and what a change would do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import ladder
from approvals.models import Course, Ladder, LadderRung, LadderStop, Reminder
from approvals.operations.audience import Standing
from approvals.operations.watched import (
    ITEMS,
    WATCHED,
    WORDS,
    WORDS_OF_ITEM,
    Watched,
    look_again,
)
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.workdays.published import calendar

# Who may change when whom is reminded of what.
EDITORS = {User.Role.CENTRE_HEAD, User.Role.SYSTEM_ADMIN}


class Ladders:
    """All ladders in force, read once for a batch."""

    def __init__(self):
        rows = Ladder.objects.current().prefetch_related("rungs")
        self._ladders = {(row.course, row.department_id, row.grade): row for row in rows}

    def of(self, course: Course, standing: Standing) -> Ladder | None:
        """The one that says it most precisely: of department and grade, then of either."""
        grade = standing.project.grade if standing.project else ""
        for department in (standing.department_id, None):
            for precise in (grade, ""):
                if found := self._ladders.get((course, department, precise)):
                    return found
        return None

    def rungs_for(self, course: Course, standing: Standing) -> Sequence[LadderRung]:
        found = self.of(course, standing)
        return [_of(found, rung) for rung in found.rungs.all()] if found else []

    def replacing(self, new: Ladder, rungs: Sequence[LadderRung]) -> "Ladders":
        """The same with one that is not in force yet; nothing is written."""
        others = Ladders()
        new._prefetched_objects_cache = {"rungs": rungs}
        others._ladders[(new.course, new.department_id, new.grade)] = new
        return others


def _of(ladder_: Ladder, rung: LadderRung) -> LadderRung:
    # So that a rung knows its course without a question.
    rung.ladder = ladder_
    return rung


@dataclass(frozen=True)
class Effect:
    """What a changed ladder would do to what is waiting now."""

    waiting: int
    # Of these, how many would next be looked at on another day than now.
    moved: int
    # How many would be told at the next sweep, by the name of the rung.
    told_at_once: Counter


def may_edit(user: User) -> bool:
    return user.role in EDITORS


@transaction.atomic
def publish(
    new: Ladder, rungs: Sequence[LadderRung], *, by: User, at: datetime, replaces: Ladder | None
) -> Ladder:
    """Put a version in force; what waits is looked at by the next sweep.

    `replaces` is the version that was seen. Raises ValidationError when a rung makes no
    sense, NotAllowed when somebody has published another version meanwhile.
    """
    if not may_edit(by):
        raise PermissionDenied
    check(new, rungs)
    now = _in_force(new).select_for_update().first()
    if (now and now.pk) != (replaces and replaces.pk):
        raise NotAllowed(_("Someone has changed this meanwhile. Please look at it again."))
    if now:
        now.replaced_at = at
        now.save(update_fields=["replaced_at"])
    last = _same(new).order_by("-version").first()
    new.version = last.version + 1 if last else 1
    new.published_at, new.published_by = at, by
    new.save(force_insert=True)
    for position, rung in enumerate(rungs, start=1):
        rung.pk, rung.ladder, rung.position = None, new, position
    LadderRung.objects.bulk_create(rungs)
    look_again(Course(new.course))
    return new


@transaction.atomic
def retire(old: Ladder, *, by: User, at: datetime) -> None:
    """A special ladder ends; the general one holds again. The general one never ends."""
    if not may_edit(by):
        raise PermissionDenied
    if old.department_id is None and not old.grade:
        raise NotAllowed(_("The ladder for all cannot be taken away, only changed."))
    if not Ladder.objects.current().filter(pk=old.pk).update(replaced_at=at):
        raise NotAllowed(_("Someone has changed this meanwhile. Please look at it again."))
    look_again(Course(old.course))


def check(new: Ladder, rungs: Sequence[LadderRung]) -> None:
    """Raises ValidationError when the texts name what is not known of this course."""
    if not rungs:
        raise ValidationError(_("A ladder needs a rung at least."))
    if len({rung.code for rung in rungs}) != len(rungs):
        raise ValidationError(_("Two rungs have the same code."))
    for rung in rungs:
        check_text(new.course, rung.text)
        check_text(new.course, rung.text_en)


def check_text(course: str, text: str) -> None:
    """Raises ValidationError when the text names what is not known of this course."""
    known = WORDS.get(Course(course), WORDS_OF_ITEM)
    try:
        text % dict.fromkeys(known, "")
    except (KeyError, ValueError, TypeError) as error:
        names = "、".join(f"%({word})s" for word in sorted(known))
        sentence = _("The text may name: %(names)s. A per cent sign is written twice.")
        raise ValidationError(sentence % {"names": names}) from error


def effect_of(new: Ladder, rungs: Sequence[LadderRung], at: datetime) -> Effect:
    """What it would change for all that is waiting now; writes nothing."""
    ladders, published = Ladders(), calendar()
    then = ladders.replacing(new, rungs)
    zone = timezone.get_default_timezone()
    waiting, moved, told = 0, 0, Counter()
    for watched, things in _waiting_on(new):
        there = _recorded(watched, things, new.course)
        still = _still(watched, things, at)
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
            recorded = [step for step in reached if _key(thing, step) in there]
            heard = ladder.news(reached, recorded)
            if heard and thing.pk not in still:
                told[str(heard.rung)] += 1
    return Effect(waiting, moved, told)


def _waiting_on(new: Ladder) -> Iterable[tuple[Watched, list]]:
    """Everything this ladder would hold for, batch by batch."""
    for watched in WATCHED:
        rows = watched.waiting_on(new.course).select_related(*watched.related)
        for batch in _batches(rows.order_by("pk")):
            watched.prepare(batch, calendar())
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


def _still(watched: Watched, things, at: datetime) -> set:
    """Of items: those of which a head has stopped the reminders."""
    if watched is not ITEMS:
        return set()
    stops = LadderStop.objects.filter(item__in=things, lifted_at=None, until__gt=civil_day(at))
    return set(stops.values_list("item", flat=True))


def _recorded(watched: Watched, things, course: str) -> set[tuple]:
    known = Reminder.objects.filter(**{f"{watched.name}__in": things}, course=course)
    return set(known.values_list(watched.name, "epoch", "rung", "occasion"))


def _key(thing, step) -> tuple:
    return thing.pk, thing.epoch, step.rung.code, step.occasion


def _next(steps, at: datetime) -> datetime | None:
    return next((step.at for step in steps if step.at > at), None)


def _same(new: Ladder) -> QuerySet:
    return Ladder.objects.filter(
        course=new.course, department=new.department_id, grade=new.grade
    )


def _in_force(new: Ladder) -> QuerySet:
    return _same(new).current()
