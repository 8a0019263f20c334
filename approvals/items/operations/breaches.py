"""A breach stays a breach: the days on which limits passed, kept with the item.

Written before whatever is done to an item (`approvals/acts/kinds.py`), and by the sweep;
counted anew by a calendar publication alone (docs/states.md, Limits).
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from approvals.items.breaches import Breaches, breaches_of, breaches_on
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.history import CLOCKS_APART
from huadu_portal.clock import civil_day
from huadu_portal.workdays.arithmetic import Calendar

BATCH = 1000
# The release before this one records no breach: within so long an upgrade is over.
UPGRADE = timedelta(2)
# The last day of a limit and one day more, which the ORM would make a moment of.
RECORD = f"""
    UPDATE {ApprovalItem._meta.db_table} SET
        promised_breached_on = COALESCE(
            promised_breached_on, CASE WHEN due_on < {{day}} THEN due_on + 1 END),
        statutory_breached_on = COALESCE(
            statutory_breached_on,
            CASE WHEN statutory_due_on < {{day}} THEN statutory_due_on + 1 END)
    WHERE id IN (
        SELECT id FROM {ApprovalItem._meta.db_table}
        WHERE {{which}} AND (
            due_on < {{day}} AND promised_breached_on IS NULL
            OR statutory_due_on < {{day}} AND statutory_breached_on IS NULL)
        ORDER BY id LIMIT {BATCH} FOR NO KEY UPDATE SKIP LOCKED)
"""
RUNNING = RECORD.format(
    day="%(today)s",
    which="status = 'accepted' AND LEAST(due_on, statutory_due_on) < %(today)s",
)
DECIDED = RECORD.format(
    day="(decided_at AT TIME ZONE %(zone)s)::date",
    which="decided_at >= %(since)s",
)


def record_breaches(item: ApprovalItem, at: datetime) -> None:
    """Keep the limits that have passed by then, of a locked item; the caller saves it."""
    if item.status == Status.ACCEPTED:
        kept = Breaches(item.promised_breached_on, item.statutory_breached_on)
        _set(item, kept.first(_passed(item, at)))


def recount_breaches(item: ApprovalItem, at: datetime, published: Calendar) -> None:
    """Set them from spans, extension and calendar, whatever was kept; the caller saves it.

    The item's dates are those of this calendar already, its extension was fetched with it.
    """
    if item.epoch == 0 and item.status == Status.ACCEPTED:
        _set(item, _passed(item, at))
    else:
        extension = getattr(item, "extension", None)
        _set(item, breaches_of(item, item.spans.all(), extension, at, published))


def _passed(item: ApprovalItem, at: datetime) -> Breaches:
    return breaches_on(item.due_on, item.statutory_due_on, civil_day(at))


def _set(item: ApprovalItem, found: Breaches) -> None:
    item.promised_breached_on = found.promised
    item.statutory_breached_on = found.statutory


def record_all_breaches(at: datetime) -> int:
    """Keep all limits that have passed; of how many items.

    An act that was begun on the last day has as long as two clocks may differ: it is in time.
    An item that an act holds is left to it, and to the next sweep.
    """
    running = _record(RUNNING, today=civil_day(at - CLOCKS_APART))
    decided = _record(DECIDED, since=at - UPGRADE, zone=settings.TIME_ZONE)
    return running + decided


def _record(statement: str, **asked: Any) -> int:
    """Batch by batch, each a transaction of its own where there is none."""
    done = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, asked)
            done += cursor.rowcount
            if cursor.rowcount < BATCH:
                return done
