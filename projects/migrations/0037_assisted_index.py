from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("projects", "0036_hand_overs_append_only")]

    operations = [
        AddIndexConcurrently(
            model_name="application",
            index=models.Index(
                fields=["-saved_at", "-id"],
                name="application_assisted",
                condition=models.Q(assisted_by__isnull=False),
            ),
        ),
    ]
