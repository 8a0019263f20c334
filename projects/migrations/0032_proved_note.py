from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0031_claim_worklist")]

    operations = [
        migrations.AddField(
            "enterprise",
            "proved_note",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=500,
                verbose_name="what was shown",
            ),
        )
    ]
