from django.db import migrations


class Migration(migrations.Migration):
    """How far somebody was told is a reminder now."""

    dependencies = [("approvals", "0017_ladders_data")]

    operations = [
        migrations.RemoveField("certificate", "stage_told"),
        migrations.RemoveField("commitment", "stage_told"),
        migrations.RemoveField("correctionrequest", "stage_told"),
    ]
