"""I5, I6, I10: what must be there once, and what must not be missing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, QuerySet

from approvals.models import SUBJECTS, LookAgain, Reminder
from approvals.supervision.operations.reminders import follow
from approvals.supervision.operations.watched import WATCHED
from approvals.supervision.operations.watching import Watched, mark_of, recorded
from huadu_portal.clock import civil_day
from huadu_portal.monitoring.reconcile.finding import Finding, of
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.workdays.published import calendar
from projects.models import ACTIVE_PHASES, Project

BATCH = 500


def reminders(at: datetime) -> Iterator[Finding]:
    for subject in SUBJECTS:
        rows = Reminder.objects.filter(**{f"{subject}__isnull": False})
        key = [subject, "epoch", "course", "rung", "occasion"]
        yield from _twice("I6", rows, key, "The same rung twice.")
    # What is to be looked at again is not settled yet.
    if not LookAgain.objects.exists():
        for watched in WATCHED:
            yield from _missing(watched, at)


def _missing(watched: Watched, at: datetime) -> Iterator[Finding]:
    """What waits, is not put down for another look, and has reached a rung not written."""
    settled = Q(next_rung_at=None) | Q(next_rung_at__gt=at)
    waiting = watched.with_related(watched.waiting().filter(settled))
    published, today = calendar(), civil_day(at)
    for batch in _batched(waiting.order_by("pk").iterator(chunk_size=BATCH), BATCH):
        there = recorded(watched, batch)
        for watch in follow(watched, batch, published, today):
            for step in [] if watch.still_until else watch.steps:
                # Before it is due for a look, or never again: what was reached is written.
                if step.at <= at and mark_of(watch.thing, step) not in there:
                    yield of(
                        "I6", watch.thing, f"The rung {step.rung.code} was reached, not told."
                    )


def notices() -> Iterator[Finding]:
    told = Notification.objects.all()
    yield from _twice("I5", told, ["recipient", "event_key"], "The same message twice.")
    sent = Delivery.objects.filter(notification__isnull=False)
    yield from _twice("I5", sent, ["notification", "channel"], "The same mail twice.")
    ended = ["sent", "unsent", "delivered", "dead"]
    apart = Delivery.objects.filter(digest__state__in=ended).exclude(state=F("digest__state"))
    for part in apart.only("pk").iterator():
        yield of("I5", part, "A message does not share the fate of its digest.")


def _batched(things: Iterable, size: int) -> Iterator[list]:
    things = iter(things)
    while batch := list(islice(things, size)):
        yield batch


def _twice(rule: str, rows: QuerySet, key: list[str], sentence: str) -> Iterator[Finding]:
    groups = rows.order_by().values(*key).annotate(count=Count("pk"), ids=ArrayAgg("pk"))
    for group in groups.filter(count__gt=1).iterator():
        ids = tuple(sorted(str(pk) for pk in group["ids"]))
        yield Finding(rule, rows.model._meta.db_table, ids, sentence)


def agents() -> Iterator[Finding]:
    without = Project.objects.filter(phase__in=ACTIVE_PHASES, agent=None).only("pk")
    for project in without.iterator():
        yield of("I10", project, "An active project has no service agent.")
