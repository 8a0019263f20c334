"""What a reminder is about, as text: so that every app can have reminders of its own things.

The release before runs beside this one during an upgrade and knows the columns of before alone: a
trigger says for it what its reminders are about. What this release has told it cannot tell
again either: the same reminder is refused, and that row is put off by an hour. The release
after this one drops trigger and columns (docs/decisions/0036).
"""

from django.db import migrations, models

KINDS = [
    "item",
    "application",
    "consultation",
    "correction",
    "commitment",
    "certificate",
    "order",
    "help_request",
]
CASES = "\n".join(
    f"""
            WHEN NEW.{kind}_id IS NOT NULL THEN
                NEW.subject_kind := '{kind}'; NEW.subject_key := NEW.{kind}_id::text;"""
    for kind in KINDS
)
CREATE = f"""
    CREATE FUNCTION reminder_subject() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        CASE{CASES}
            ELSE NULL;
        END CASE;
        RETURN NEW;
    END $$;
    CREATE TRIGGER reminder_subject BEFORE INSERT ON approvals_reminder
        FOR EACH ROW WHEN (NEW.subject_kind IS NULL) EXECUTE FUNCTION reminder_subject();
"""
DROP = """
    DROP TRIGGER reminder_subject ON approvals_reminder;
    DROP FUNCTION reminder_subject();
"""


class Migration(migrations.Migration):
    dependencies = [("escalation", "0002_content_types")]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="subject_kind",
            field=models.CharField(max_length=20, null=True, verbose_name="kind"),
        ),
        migrations.AddField(
            model_name="reminder",
            name="subject_key",
            field=models.CharField(max_length=40, null=True, verbose_name="key"),
        ),
        migrations.RemoveConstraint("reminder", "reminder_has_one_subject"),
        migrations.RunSQL(CREATE, DROP),
    ]
