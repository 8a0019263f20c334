import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0024_revision")]

    operations = [
        migrations.CreateModel(
            name="PackagedType",
            fields=[
                (
                    "approval_type",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="packaged",
                        serialize=False,
                        to="approvals.approvaltype",
                    ),
                ),
                ("links", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "packaged type",
                "verbose_name_plural": "packaged types",
            },
        ),
    ]
