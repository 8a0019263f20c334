"""A reminder is unique by its subject, course, epoch, step and occasion."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("escalation", "0004_fill_subject")]

    operations = [
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY reminder_once ON approvals_reminder"
            " (subject_kind, subject_key, course, epoch, rung, occasion)",
            "DROP INDEX CONCURRENTLY IF EXISTS reminder_once",
        ),
    ]
