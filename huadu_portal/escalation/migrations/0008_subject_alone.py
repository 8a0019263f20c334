"""The columns of before are no fields any more; in the database they stay one release longer."""

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


class Migration(migrations.Migration):
    dependencies = [("escalation", "0007_validate_subject")]

    operations = [
        # Read from the checked constraint, not from the rows.
        migrations.AlterField(
            model_name="reminder",
            name="subject_kind",
            field=models.CharField(max_length=20, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="subject_key",
            field=models.CharField(max_length=40, verbose_name="key"),
        ),
        migrations.RemoveConstraint("reminder", "reminder_has_a_subject"),
        migrations.RunSQL(
            "ALTER TABLE approvals_reminder"
            " ADD CONSTRAINT reminder_once UNIQUE USING INDEX reminder_once",
            "ALTER TABLE approvals_reminder DROP CONSTRAINT reminder_once",
            state_operations=[
                migrations.AddConstraint(
                    "reminder",
                    models.UniqueConstraint(
                        fields=[
                            "subject_kind",
                            "subject_key",
                            "course",
                            "epoch",
                            "rung",
                            "occasion",
                        ],
                        name="reminder_once",
                    ),
                ),
                *(
                    migrations.RemoveConstraint("reminder", f"reminder_once_per_{kind}_rung")
                    for kind in KINDS
                ),
                *(migrations.RemoveField("reminder", kind) for kind in KINDS),
            ],
        ),
    ]
