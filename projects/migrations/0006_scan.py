from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0005_preview'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='scan',
            field=models.CharField(choices=[('unscanned', 'not checked for viruses yet'), ('clean', 'no virus found'), ('infected', 'virus found'), ('too_large', 'too large for the virus scanner')], db_default='unscanned', default='unscanned', editable=False, max_length=10, verbose_name='virus check'),
        ),
        migrations.AddField(
            model_name='document',
            name='scanned_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='checked for viruses'),
        ),
        migrations.AddField(
            model_name='document',
            name='virus',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=200, verbose_name='virus'),
        ),
        AddConstraintNotValid(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scan', 'infected'), models.Q(('virus', ''), _negated=True)), models.Q(models.Q(('scan', 'infected'), _negated=True), ('virus', '')), _connector='OR'), name='document_infected_by_what'),
        ),
    ]
