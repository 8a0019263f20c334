from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What tabs and tiles are counted by; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0026_to_escalation")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(fields=["status", "department", "due_on"], name="item_status"),
        ),
    ]
