"""What would hold a full table for long: the check of old rows, and the index, last."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("projects", "0006_scan")]

    operations = [
        ValidateConstraint(model_name="document", name="document_infected_by_what"),
        AddIndexConcurrently(
            model_name='document',
            index=models.Index(models.OrderBy(models.F('scanned_at'), nulls_first=True), condition=models.Q(('scan__in', ['unscanned', 'too_large'])), name='document_unjudged'),
        ),
    ]
