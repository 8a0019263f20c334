from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the status page counts; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0033_no_item_lamp")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(
                    ("is_provisional", True),
                    (
                        "status__in",
                        [
                            "planned",
                            "ready",
                            "submitted",
                            "correcting",
                            "pre_review",
                            "pre_approved",
                            "accepted",
                            "suspended",
                        ],
                    ),
                ),
                fields=["id"],
                name="item_provisional",
            ),
        ),
    ]
