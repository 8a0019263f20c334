import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables are `huadu_portal.escalation`'s now; nothing changes in the database."""

    dependencies = [
        ("approvals", "0025_packaged"),
        ("escalation", "0001_from_approvals"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="card",
                    name="reminder",
                    field=models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card",
                        to="escalation.reminder",
                        verbose_name="reminder",
                    ),
                ),
                migrations.DeleteModel("Reminder"),
                migrations.DeleteModel("LadderRung"),
                migrations.DeleteModel("Ladder"),
                migrations.DeleteModel("LookAgain"),
            ]
        ),
    ]
