"""The sweep: whatever has reached a rung is pushed back to the people who can move it."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.utils import timezone

from approvals.items.operations.dates import opening_of
from approvals.supervision import ladder
from approvals.supervision.ladder import Step
from approvals.supervision.models import OF_DEPARTMENT, Course, LadderStop, LookAgain, Reminder
from approvals.supervision.operations.audience import Audience
from approvals.supervision.operations.cards import show_cards
from approvals.supervision.operations.ladders import Ladders
from approvals.supervision.operations.watched import ITEMS, WATCHED, key_of
from approvals.supervision.operations.watching import Watched, mark_of, recorded
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from huadu_portal.passing import is_no_room
from huadu_portal.rows import insert_values, set_each, these
from huadu_portal.workdays.office_hours import is_office_hour
from huadu_portal.workdays.published import calendar

logger = logging.getLogger(__name__)

BATCH, WOKEN = 500, 1000
# What could not be reminded of stands in nobody's way, and is tried again after that.
AFTER_FAILURE = timedelta(hours=1)


@dataclass
class Watch:
    """One claimed thing, and how far it has come on its ladder."""

    thing: object
    course: Course | None
    steps: list[Step]
    # Until then a head has told the ladder to be still.
    still_until: datetime | None = None
    reached: list[Step] = field(default_factory=list)
    # The rung that is told; the others are superseded.
    told: Step | None = None
    reminder_id: int | None = None

    def next_after(self, at: datetime) -> datetime | None:
        if self.still_until:
            return self.still_until
        return next((step.at for step in self.steps if step.at > at), None)


def remind(at: datetime) -> int:
    """Write every reminder that is due and tell its audience; how many were sent.

    Safe however often, late or parallel it runs: it asks what is due, never whether it
    is due today; rows are claimed with SKIP LOCKED and unique per subject, epoch, rung.
    Disturbs nobody on days off and outside office hours; what is due then waits.
    """
    if not is_office_hour(at, calendar(), timezone.get_default_timezone()):
        return 0
    for wish in LookAgain.objects.order_by("pk"):
        _wake(wish, at)
    return sum(_sweep(watched, at) for watched in _having_due(at))


def _wake(wish: LookAgain, at: datetime) -> None:
    """Make due whatever waits on the course; the wish ends when nothing is left out.

    Few at a time, past those that an act holds just now: they are next time's.
    """
    left = False
    for watched in WATCHED:
        rows = watched.waiting_on(wish.course)
        rows = rows.filter(Q(next_rung_at=None) | Q(next_rung_at__gt=at))
        while _wake_batch(rows, at):
            pass
        left = left or rows.exists()
    if not left:
        wish.delete()


@transaction.atomic
def _wake_batch(rows: QuerySet, at: datetime) -> int:
    mine = rows.order_by("pk").select_for_update(of=["self"], no_key=True, skip_locked=True)
    keys = [row.pk for row in mine.only("pk")[:WOKEN]]
    return rows.model.objects.filter(pk__in=keys).update(next_rung_at=at)


def _having_due(at: datetime) -> list[Watched]:
    """Of what is watched, where something is due: one question, however much waits."""
    first, *others = [
        watched.model.objects.filter(next_rung_at__lte=at)
        .order_by()
        .values_list(Value(watched.name), flat=True)[:1]
        for watched in WATCHED
    ]
    names = set(first.union(*others, all=True))
    return [watched for watched in WATCHED if watched.name in names]


def _sweep(watched: Watched, at: datetime) -> int:
    """Batch after batch, each its own transaction, until one comes back short."""
    sent = 0
    while True:
        try:
            claimed, told = _remind(watched, at, BATCH)
        except Exception:  # whatever one row provokes, the others are to be told
            logger.exception("a batch of %s failed; now one by one", watched.name)
            claimed, told = _one_by_one(watched, at)
        sent += told
        if claimed < BATCH:
            return sent


def _one_by_one(watched: Watched, at: datetime) -> tuple[int, int]:
    """The same rows alone; the one that fails is put off and said in the log."""
    due = watched.model.objects.filter(next_rung_at__lte=at).order_by("next_rung_at", "pk")
    keys, sent = list(due.values_list("pk", flat=True)[:BATCH]), 0
    for key in keys:
        try:
            sent += _remind(watched, at, 1, pk=key)[1]
        except Exception as error:
            if is_no_room(error):
                # No row's fault: none is put off, and the next turn takes them all.
                raise
            logger.exception("%s %s cannot be reminded of", watched.name, key)
            watched.model.objects.filter(pk=key).update(next_rung_at=at + AFTER_FAILURE)
    return len(keys), sent


@transaction.atomic
def _remind(watched: Watched, at: datetime, size: int, **only) -> tuple[int, int]:
    """One batch: how many rows were claimed, and how many reminders told."""
    things = _claim(watched, at, size, **only)
    if not things:
        return 0, 0
    # Asked once the things are ours: a publication has recomputed them before, or waits.
    watches = follow(watched, things, calendar(), civil_day(at))
    told = _write(watched, watches, at)
    if told:
        show_cards(watched, told, at=at)
        notify_all(_messages(watched, told), at=at)
    _go_on(watched, watches, at)
    return len(things), len(told)


def _claim(watched: Watched, at: datetime, size: int, **only) -> list:
    """Due rows in the order of their index; other sweeps pass over them."""
    due = watched.model.objects.filter(next_rung_at__lte=at, **only)
    due = watched.with_related(due).order_by("next_rung_at", "pk")
    return list(due.select_for_update(of=["self"], no_key=True, skip_locked=True)[:size])


def follow(watched: Watched, things: Sequence, published, today: date) -> list[Watch]:
    """Each thing with all the rungs of its ladder; writes nothing."""
    watched.prepare(things, published)
    ladders, stops = Ladders(), stops_of(watched, things, today)
    zone = timezone.get_default_timezone()
    watches = []
    for thing in things:
        course, steps = watched.course_of(thing), []
        if course:
            rungs = ladders.rungs_for(course, watched.standing_of(thing))
            steps = ladder.steps(rungs, watched.timing_of(thing), published, zone)
        item = watched.item_of(thing) if course else None
        watches.append(Watch(thing, course, steps, stops.get(item and item.pk)))
    return watches


def stops_of(watched: Watched, things: Sequence, today: date) -> dict:
    """Until when the ladders of these items are to be still.

    Theirs alone: what else is owed for an item, an order above all, no head can silence.
    Nor what the firm owes in pre-review: the stop was for the department.
    """
    if watched is not ITEMS:
        return {}
    items = these(item.pk for item in things if watched.course_of(item) in OF_DEPARTMENT)
    stops = LadderStop.objects.filter(item__in=items, lifted_at=None, until__gt=today)
    return {stop.item_id: opening_of(stop.until) for stop in stops}


def _write(watched: Watched, watches: Iterable[Watch], at: datetime) -> list[Watch]:
    """Record what has been reached and not yet been; the highest of each is to be told."""
    moving = [watch for watch in watches if watch.steps and not watch.still_until]
    there = recorded(watched, [watch.thing for watch in moving])
    for watch in moving:
        reached = [step for step in watch.steps if step.at <= at]
        known = [step for step in reached if mark_of(watch.thing, step) in there]
        watch.reached = [step for step in reached if step not in known]
        watch.told = ladder.news(reached, known)
    steps = [(watch, step) for watch in moving for step in watch.reached]
    keys = insert_values(Reminder, [_row(watched, *each, at) for each in steps])
    for (watch, step), key in zip(steps, keys, strict=True):
        if step is watch.told:
            watch.reminder_id = key
    return [watch for watch in moving if watch.told]


def _row(watched: Watched, watch: Watch, step: Step, at: datetime) -> dict[str, Any]:
    """A reminder as the table has it: they are too many to make a record of each."""
    return {
        f"{watched.name}_id": watch.thing.pk,
        "course": watch.course,
        "epoch": watch.thing.epoch,
        "rung": step.rung.code,
        "rung_name": step.rung.name,
        "rung_name_en": step.rung.name_en,
        "occasion": step.occasion,
        "reached_at": step.at,
        "recorded_at": at,
        "is_superseded": step is not watch.told,
    }


def _go_on(watched: Watched, watches: Iterable[Watch], at: datetime) -> None:
    """Set when the sweep has to look again at each."""
    following = {watch.thing.pk: watch.next_after(at) for watch in watches}
    set_each(watched.model, "next_rung_at", following)


def _messages(watched: Watched, told: Sequence[Watch]) -> Iterable[Message]:
    standings = [watched.standing_of(watch.thing) for watch in told]
    audience = Audience(standings)
    for watch, standing in zip(told, standings, strict=True):
        people = audience.of(standing, watch.told.rung.hearers)
        yield from message_of(watched, watch, people)


def message_of(watched: Watched, watch: Watch, people: Sequence[User]) -> Iterable[Message]:
    """The rung's text with the names in it, in both languages.

    A leader reads of it in the morning's digest, whatever the rung (docs/states.md).
    """
    rung, words = watch.told.rung, watched.words_of(watch.thing)
    english = words | {key.removesuffix("_en"): words[key] for key in words if "_en" in key}
    item = watched.item_of(watch.thing)
    message = Message(
        [user for user in people if user.role != User.Role.LEADER],
        Kind.REMINDER,
        params={"text": rung.text % words, "text_en": rung.text_en % english},
        url=watched.url_of(watch.thing),
        event_key=key_of(watched, watch.thing, watch.told),
        note=watched.note_of(watch.thing),
        subject=item and item.pk,
        at_once=rung.is_urgent,
        channels=rung.channels,
    )
    yield message
    if leaders := [user for user in people if user.role == User.Role.LEADER]:
        yield replace(message, recipients=leaders, at_once=False)
