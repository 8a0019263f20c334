from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """New rows are checked; the old ones in the next migration, beside the traffic."""

    dependencies = [("escalation", "0005_once")]

    operations = [
        AddConstraintNotValid(
            "reminder",
            models.CheckConstraint(
                condition=models.Q(subject_kind__isnull=False, subject_key__isnull=False),
                name="reminder_has_a_subject",
            ),
        ),
    ]
