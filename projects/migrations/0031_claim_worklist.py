from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("projects", "0030_claim_rung")]

    operations = [
        AddIndexConcurrently(
            "membership",
            models.Index(
                fields=["claim_due_on", "id"],
                name="membership_claimed",
                condition=Q(claimed_at__isnull=False),
            ),
        )
    ]
