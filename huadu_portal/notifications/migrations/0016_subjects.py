"""Old messages about items say so too; in batches, each a transaction of its own."""

from django.db import migrations

BATCH = 10_000
# The key of a message about an item begins with `item:<uuid>:`.
FILL = r"""
    UPDATE notifications_notification
    SET subject_id = split_part(event_key, ':', 2)::uuid
    WHERE id IN (
        SELECT id FROM notifications_notification
        WHERE id > %s AND subject_id IS NULL AND event_key ~ '^item:[0-9a-f-]{36}:'
        ORDER BY id LIMIT %s
    )
    RETURNING id
"""
FIRST = "00000000-0000-0000-0000-000000000000"


def fill(apps, schema_editor):
    last = FIRST
    while last:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FILL, [last, BATCH])
            last = max((row[0] for row in cursor.fetchall()), default=None)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0015_channels_indexes")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
