from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("notifications", "0018_alter_sweep_kind")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="sealed_body",
            field=models.TextField(blank=True, db_default="", default="", editable=False),
        ),
        AddConstraintNotValid(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed_body", ""))
                | models.Q(("body", ""), ("notification__isnull", True), ("recipient__isnull", True)),
                name="delivery_only_account_mail_is_sealed",
            ),
        ),
    ]
