"""I5, I6, I10: what must be there once, and what must not be missing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, QuerySet

from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import RecheckRequest, Reminder
from huadu_portal.escalation.operations.sweep import escalations_of, mark_of, recorded
from huadu_portal.escalation.subjects import SubjectType, subject_types
from huadu_portal.monitoring.reconcile.finding import Finding, of
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.workdays.published import calendar
from projects.models import ACTIVE_PHASES, Project

BATCH = 500


def reminders(at: datetime) -> Iterator[Finding]:
    key = ["subject_kind", "subject_key", "epoch", "course", "rung", "occasion"]
    yield from _twice("I6", Reminder.objects.all(), key, "The same rung twice.")
    # What is to be looked at again is not settled yet.
    if not RecheckRequest.objects.exists():
        for subject_type in subject_types():
            yield from _missing(subject_type, at)


def _missing(subject_type: SubjectType, at: datetime) -> Iterator[Finding]:
    """What waits, is not put down for another look, and has reached a rung not written."""
    settled = Q(next_rung_at=None) | Q(next_rung_at__gt=at)
    waiting = subject_type.with_related(subject_type.waiting().filter(settled))
    published, today = calendar(), civil_day(at)
    for batch in _batched(waiting.order_by("pk").iterator(chunk_size=BATCH), BATCH):
        there = recorded(subject_type, batch)
        for each in escalations_of(subject_type, batch, published, today):
            for due in [] if each.paused_until else each.steps:
                # Before it is due for a look, or never again: what was reached is written.
                mark = mark_of(subject_type, each.subject, each.course, due)
                if due.at <= at and mark not in there:
                    yield of(
                        "I6", each.subject, f"The rung {due.step.code} was reached, not told."
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
