from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0009_preview_digest'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='signatures',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=100, verbose_name='signatures'),
        ),
    ]
