from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What tabs, tiles and the dashboard are counted by; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0026_to_escalation")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(fields=["status", "department", "due_on"], name="item_status"),
        ),
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(("status", "accepted")),
                fields=["department"],
                include=("near_on", "due_on", "statutory_due_on"),
                name="item_lamp",
            ),
        ),
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
