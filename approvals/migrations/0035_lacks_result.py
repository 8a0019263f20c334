from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0034_item_provisional")]

    operations = [
        migrations.AddField(
            model_name="approvalitem",
            name="lacks_result",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="delivered without number or file",
            ),
        ),
    ]
