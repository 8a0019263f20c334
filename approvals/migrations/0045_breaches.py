from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """A missed limit stays on record. The constraints are validated by the next one, without
    keeping acts out meanwhile."""

    dependencies = [("approvals", "0044_notes_append_only")]

    operations = [
        migrations.AddField(
            model_name="approvalitem",
            name="promised_breached_on",
            field=models.DateField(
                editable=False, null=True, verbose_name="past the promised limit since"
            ),
        ),
        migrations.AddField(
            model_name="approvalitem",
            name="statutory_breached_on",
            field=models.DateField(
                editable=False, null=True, verbose_name="past the statutory limit since"
            ),
        ),
        AddConstraintNotValid(
            model_name="approvalitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("promised_breached_on__isnull", True),
                    ("due_on__isnull", False),
                    _connector="OR",
                ),
                name="item_promise_breached_only_if_given",
            ),
        ),
        AddConstraintNotValid(
            model_name="approvalitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("statutory_breached_on__isnull", True),
                    ("statutory_due_on__isnull", False),
                    _connector="OR",
                ),
                name="item_law_breached_only_if_limited",
            ),
        ),
    ]
