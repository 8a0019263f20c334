from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("escalation", "0006_subject_not_null")]

    operations = [ValidateConstraint("reminder", "reminder_has_a_subject")]
