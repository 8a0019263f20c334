from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists of the items that missed a limit; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0049_item_passed")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(
                    ("promised_breached_on__isnull", False),
                    ("statutory_breached_on__isnull", False),
                    _connector="OR",
                ),
                fields=["due_on", "id"],
                include=("department", "promised_breached_on", "statutory_breached_on"),
                name="item_missed",
            ),
        ),
    ]
