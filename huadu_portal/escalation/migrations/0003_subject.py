"""What a reminder is about, as text: so that every app can have reminders of its own things.

Until the release after this one, the columns of before are kept filled as well, in both directions:
the release before runs beside this one during an upgrade, and each has to know what the other has
told. Then trigger and columns go (docs/decisions/0036).
"""

from django.db import migrations, models

# Of the kinds that had a column each, the type of their keys.
KINDS = {
    "item": "uuid",
    "application": "uuid",
    "consultation": "uuid",
    "correction": "bigint",
    "commitment": "uuid",
    "certificate": "bigint",
    "order": "uuid",
    "help_request": "uuid",
}
FROM_COLUMNS = "\n".join(
    f"""
            WHEN NEW.{kind}_id IS NOT NULL THEN
                NEW.subject_kind := '{kind}'; NEW.subject_key := NEW.{kind}_id::text;"""
    for kind in KINDS
)
TO_COLUMNS = "\n".join(
    f"            WHEN '{kind}' THEN NEW.{kind}_id := NEW.subject_key::{key};"
    for kind, key in KINDS.items()
)
CREATE = f"""
    CREATE FUNCTION reminder_subject() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.subject_kind IS NULL THEN
            CASE{FROM_COLUMNS}
                ELSE NULL;
            END CASE;
        ELSE
            CASE NEW.subject_kind
{TO_COLUMNS}
                ELSE NULL;
            END CASE;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER reminder_subject BEFORE INSERT ON approvals_reminder
        FOR EACH ROW EXECUTE FUNCTION reminder_subject();
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
