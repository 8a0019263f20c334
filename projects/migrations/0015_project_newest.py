from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The order of the list at the desk; while the portal goes on."""

    atomic = False

    dependencies = [("projects", "0014_wording")]

    operations = [
        AddIndexConcurrently(
            model_name="project",
            index=models.Index(fields=["-created_at", "id"], name="project_newest"),
        ),
    ]
