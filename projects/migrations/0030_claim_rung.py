from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("projects", "0029_claims_due")]

    operations = [
        AddIndexConcurrently(
            "membership",
            models.Index(
                fields=["next_rung_at"],
                name="membership_rung",
                condition=Q(next_rung_at__isnull=False),
            ),
        )
    ]
