import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_fill_vault")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="series",
            field=models.UUIDField(
                db_index=True, default=uuid_utils.compat.uuid7, editable=False
            ),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', False), ('source', 'application')), models.Q(models.Q(('source', 'application'), _negated=True), ('application__isnull', True)), _connector='OR'), name='document_source_fits_application'),
        ),
    ]
