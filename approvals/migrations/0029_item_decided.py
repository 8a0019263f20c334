from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was decided in a year is counted by it; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0028_item_lamp")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False)),
                fields=["decided_at"],
                include=("department", "due_on", "statutory_due_on", "status"),
                name="item_decided",
            ),
        ),
    ]
