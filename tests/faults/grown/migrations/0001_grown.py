from django.db import migrations


class Migration(migrations.Migration):
    """A column that today's code does not know, and an index that may be made beside it."""

    dependencies = [("approvals", "0023_wording"), ("notifications", "0017_sweep_silent")]

    operations = [
        migrations.RunSQL("ALTER TABLE approvals_approvalitem ADD COLUMN grown integer"),
        migrations.RunSQL("ALTER TABLE notifications_delivery ADD COLUMN grown integer"),
    ]
