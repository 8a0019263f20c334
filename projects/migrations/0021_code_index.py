from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("projects", "0020_ownership")]

    operations = [
        AddIndexConcurrently(
            "enterprise", models.Index(fields=["credit_code"], name="enterprise_by_code")
        )
    ]
