"""Whether all that must always hold does, read from the rows and files themselves.

Independent of what wrote them: digests, days and holders are worked out here anew, by plain
and slow means; the tables of states alone are shared, for they are the rule.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from approvals.models import ApprovalItem
from huadu_portal.database_waits import any_length
from huadu_portal.monitoring.reconcile import (
    duplicates,
    histories,
    owed_notices,
    proposals,
    spans,
    storage,
)
from huadu_portal.monitoring.reconcile.days import Days
from huadu_portal.monitoring.reconcile.finding import Finding
from projects.models import Application

__all__ = ["Finding", "findings", "snapshot"]

BATCH = 500


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read is of one moment, however long it takes; nothing can be written."""
    is_outermost = not connection.in_atomic_block
    with any_length(), transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET TRANSACTION READ ONLY")
        # Files are read between statements, and whole tables by some.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def findings(at: datetime) -> Iterator[Finding]:
    """Everything that does not hold, rule by rule; in a snapshot, or things may move."""
    yield from _items(at)
    yield from _applications()
    yield from storage.documents()
    yield from storage.papers()
    yield from storage.strays(at)
    yield from duplicates.reminders(at)
    yield from duplicates.notices()
    yield from owed_notices.notices_without_mail()
    yield from owed_notices.stuck(at)
    yield from duplicates.agents()
    yield from proposals.decisions()


def _items(at: datetime) -> Iterator[Finding]:
    days = Days.in_force()
    items = ApprovalItem.objects.select_related("approval_type", "certificate").order_by("pk")
    for item in items.prefetch_related("events", "spans").iterator(BATCH):
        yield from histories.of_item(item)
        yield from spans.of_item(item, days, at)


def _applications() -> Iterator[Finding]:
    days = Days.in_force()
    applications = Application.objects.order_by("pk").prefetch_related("events")
    for application in applications.iterator(BATCH):
        yield from histories.of_application(application, days)
        yield from storage.applications_handed_in(application)
