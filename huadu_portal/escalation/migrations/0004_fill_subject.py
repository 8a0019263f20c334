"""The reminders of before say so too; in batches, each a transaction of its own."""

from django.db import migrations

BATCH = 20_000
FILL = """
    UPDATE approvals_reminder SET
        subject_kind = CASE
            WHEN item_id IS NOT NULL THEN 'item'
            WHEN application_id IS NOT NULL THEN 'application'
            WHEN consultation_id IS NOT NULL THEN 'consultation'
            WHEN correction_id IS NOT NULL THEN 'correction'
            WHEN commitment_id IS NOT NULL THEN 'commitment'
            WHEN certificate_id IS NOT NULL THEN 'certificate'
            WHEN order_id IS NOT NULL THEN 'order'
            WHEN help_request_id IS NOT NULL THEN 'help_request'
        END,
        subject_key = COALESCE(
            item_id::text, application_id::text, consultation_id::text, correction_id::text,
            commitment_id::text, certificate_id::text, order_id::text, help_request_id::text
        )
    WHERE id >= %s AND id < %s AND subject_kind IS NULL
"""


KEYS = {
    "item": "uuid",
    "application": "uuid",
    "consultation": "uuid",
    "correction": "bigint",
    "commitment": "uuid",
    "certificate": "bigint",
    "order": "uuid",
    "help_request": "uuid",
}


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM approvals_reminder")
        first, last = cursor.fetchone()
        for begin in range(first or 0, (last or -1) + 1, BATCH):
            cursor.execute(FILL, [begin, begin + BATCH])


def fill_columns(apps, schema_editor):
    """The way back; what the release before has no column for has to be gone by then."""
    with schema_editor.connection.cursor() as cursor:
        for kind, key in KEYS.items():
            cursor.execute(
                f"UPDATE approvals_reminder SET {kind}_id = subject_key::{key}"
                f" WHERE subject_kind = %s AND {kind}_id IS NULL",
                [kind],
            )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("escalation", "0003_subject")]

    operations = [migrations.RunPython(fill, fill_columns)]
