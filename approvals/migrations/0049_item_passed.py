from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Least


class Migration(migrations.Migration):
    """By which the sweep finds the limits that have passed; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0048_no_item_decided")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                Least("due_on", "statutory_due_on"),
                condition=models.Q(("status", "accepted")),
                name="item_passed",
            ),
        ),
    ]
