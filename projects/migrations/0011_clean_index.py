from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("projects", "0010_signatures")]

    operations = [
        AddIndexConcurrently(
            model_name='document',
            index=models.Index(condition=models.Q(('scan', 'clean')), fields=['uploaded_at'], name='document_clean'),
        ),
    ]
