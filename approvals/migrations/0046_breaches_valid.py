from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Reads all items and keeps no act out."""

    dependencies = [("approvals", "0045_breaches")]

    operations = [
        ValidateConstraint("approvalitem", "item_promise_breached_only_if_given"),
        ValidateConstraint("approvalitem", "item_law_breached_only_if_limited"),
    ]
