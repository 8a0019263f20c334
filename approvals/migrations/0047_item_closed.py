from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was decided in a year, and what of it missed a limit; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0046_breaches_valid")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False)),
                fields=["decided_at"],
                include=(
                    "department",
                    "due_on",
                    "statutory_due_on",
                    "status",
                    "promised_breached_on",
                    "statutory_breached_on",
                ),
                name="item_closed",
            ),
        ),
    ]
