"""What would hold a full table for long."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0019_sealed_body")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("sealed_body", ""), _negated=True),
                fields=["created_at"],
                name="delivery_sealed",
            ),
        ),
        ValidateConstraint(model_name="delivery", name="delivery_only_account_mail_is_sealed"),
    ]
