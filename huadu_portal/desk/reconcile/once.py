"""I5, I6, I10: what must be there once, and what must not be missing."""

from collections.abc import Iterator

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, QuerySet

from approvals.models import Reminder
from huadu_portal.desk.reconcile.finding import Finding, of
from huadu_portal.notifications.models import Delivery, Notification
from projects.models import ACTIVE_PHASES, Project


def reminders() -> Iterator[Finding]:
    for subject in ("item", "application"):
        rows = Reminder.objects.filter(**{f"{subject}__isnull": False})
        yield from _twice("I6", rows, [subject, "epoch", "rung"], "The same rung twice.")


def notices() -> Iterator[Finding]:
    told = Notification.objects.all()
    yield from _twice("I5", told, ["recipient", "event_key"], "The same message twice.")
    sent = Delivery.objects.filter(notification__isnull=False)
    yield from _twice("I5", sent, ["notification", "channel"], "The same mail twice.")
    ended = ["sent", "delivered", "dead"]
    apart = Delivery.objects.filter(digest__state__in=ended).exclude(state=F("digest__state"))
    for part in apart.only("pk").iterator():
        yield of("I5", part, "A message does not share the fate of its digest.")


def _twice(rule: str, rows: QuerySet, key: list[str], sentence: str) -> Iterator[Finding]:
    groups = rows.order_by().values(*key).annotate(count=Count("pk"), ids=ArrayAgg("pk"))
    for group in groups.filter(count__gt=1).iterator():
        ids = tuple(sorted(str(pk) for pk in group["ids"]))
        yield Finding(rule, rows.model._meta.db_table, ids, sentence)


def agents() -> Iterator[Finding]:
    without = Project.objects.filter(phase__in=ACTIVE_PHASES, agent=None).only("pk")
    for project in without.iterator():
        yield of("I10", project, "An active project has no service agent.")
