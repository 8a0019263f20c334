from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the lamps are counted by, each combination of dates once; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0031_supervision_card")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(("status", "accepted")),
                fields=["department", "due_on", "statutory_due_on", "near_on"],
                name="item_running",
            ),
        ),
    ]
