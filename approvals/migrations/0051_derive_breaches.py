"""The limits that were missed before they were recorded; in batches, beside the release before.

Where no limit was ever moved, its last day says it. Where the clock was stopped or the limits
were extended, spans, extension and calendar do: `approvals.items.breaches`. What the release
before decides meanwhile is found by the first sweep.
"""

from collections import deque
from time import sleep

from django.conf import settings
from django.db import migrations

from approvals.items.breaches import breaches_of
from huadu_portal.clock import civil_day, now
from huadu_portal.workdays.published import calendar

BATCH = 5_000
# Of those that an act holds just now.
PAUSE = 0.1
BORDER = """
    SELECT id FROM approvals_approvalitem WHERE id > %s ORDER BY id OFFSET %s LIMIT 1
"""
MOVED = """(item.extension_days > 0 OR EXISTS (
    SELECT FROM approvals_clockspan span WHERE span.item_id = item.id AND holder = 'stopped'))"""
# Until when its clock ran.
UNTIL = """
    CASE item.status WHEN 'accepted' THEN %(today)s WHEN 'withdrawn' THEN (
        SELECT (max(ended_at) AT TIME ZONE %(zone)s)::date
        FROM approvals_clockspan span WHERE span.item_id = item.id)
    ELSE (decided_at AT TIME ZONE %(zone)s)::date END
"""
LATE = f"""
    FROM approvals_approvalitem item CROSS JOIN LATERAL (SELECT {UNTIL} AS day) ran
    WHERE item.id > %(after)s AND item.id <= %(last)s AND accepted_at IS NOT NULL
        AND NOT {MOVED} AND (
            promised_breached_on IS NULL AND due_on < ran.day
            OR statutory_breached_on IS NULL AND statutory_due_on < ran.day)
"""
RECORD = f"""
    UPDATE approvals_approvalitem item SET
        promised_breached_on = COALESCE(
            promised_breached_on, CASE WHEN due_on < late.day THEN due_on + 1 END),
        statutory_breached_on = COALESCE(
            statutory_breached_on,
            CASE WHEN statutory_due_on < late.day THEN statutory_due_on + 1 END)
    FROM (SELECT item.id, ran.day {LATE} ORDER BY item.id
          FOR NO KEY UPDATE OF item SKIP LOCKED) late
    WHERE item.id = late.id
"""
LEFT = f"SELECT EXISTS (SELECT {LATE})"
OF_MOVED = f"""
    SELECT id FROM approvals_approvalitem item
    WHERE id > %(after)s AND id <= %(last)s AND accepted_at IS NOT NULL AND {MOVED}
"""
FIRST, LAST = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"


def derive(apps, schema_editor):
    at = now()
    asked = {"today": civil_day(at), "zone": settings.TIME_ZONE}
    with schema_editor.connection.cursor() as cursor:
        after = FIRST
        while after != LAST:
            cursor.execute(BORDER, [after, BATCH - 1])
            (last,) = cursor.fetchone() or (LAST,)
            _of_unmoved(cursor, asked | {"after": after, "last": last})
            cursor.execute(OF_MOVED, {"after": after, "last": last})
            _of_moved(apps, [key for (key,) in cursor.fetchall()], at)
            after = last


def _of_unmoved(cursor, asked):
    while True:
        cursor.execute(RECORD, asked)
        cursor.execute(LEFT, asked)
        (is_left,) = cursor.fetchone()
        if not is_left:
            return
        sleep(PAUSE)


def _of_moved(apps, keys, at):
    """One by one, by the version that was read: an act may come between."""
    items = apps.get_model("approvals", "ApprovalItem").objects
    waiting, published = deque(keys), calendar() if keys else None
    while waiting:
        item = items.select_related("approval_type", "extension").get(pk=waiting.popleft())
        extension = getattr(item, "extension", None)
        found = breaches_of(item, item.spans.all(), extension, at, published)
        if (found.promised or found.statutory) and not items.filter(
            pk=item.pk, version=item.version
        ).update(
            promised_breached_on=found.promised, statutory_breached_on=found.statutory
        ):
            waiting.append(item.pk)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("approvals", "0050_item_missed"),
        ("workdays", "0004_append_only_and_2018"),
    ]

    operations = [migrations.RunPython(derive, migrations.RunPython.noop, elidable=True)]
