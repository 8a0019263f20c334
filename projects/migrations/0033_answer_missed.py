from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0032_proved_note")]

    operations = [
        migrations.AddField(
            "application",
            "answer_missed_on",
            models.DateField(editable=False, null=True, verbose_name="answer missed since"),
        )
    ]
