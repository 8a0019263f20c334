from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0027_return_due")]

    operations = [
        migrations.AddField(
            "membership",
            "claim_due_on",
            models.DateField(editable=False, null=True, verbose_name="decision due"),
        ),
        migrations.AddField(
            "membership",
            "claims",
            models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            "membership",
            "next_rung_at",
            models.DateTimeField(editable=False, null=True),
        ),
    ]
