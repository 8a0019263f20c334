from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the lamps of the dashboard are counted by; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0027_item_status")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(("status", "accepted")),
                fields=["department"],
                include=("near_on", "due_on", "statutory_due_on"),
                name="item_lamp",
            ),
        ),
    ]
