from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the desk lists of what was delivered once; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0036_lacks_result_data")]

    operations = [
        AddIndexConcurrently(
            model_name="approvalitem",
            index=models.Index(
                condition=models.Q(("lacks_result", True)),
                fields=["id"],
                name="item_lacks_result",
            ),
        ),
    ]
