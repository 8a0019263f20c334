import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ValidityChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('before', models.DateField(null=True, verbose_name='before')),
                ('after', models.DateField(null=True, verbose_name='after')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'change of validity',
                'verbose_name_plural': 'changes of validity',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='document',
            options={'permissions': [('share_document', "Can put a government's document into a vault")], 'verbose_name': 'document', 'verbose_name_plural': 'documents'},
        ),
        migrations.AddField(
            model_name='document',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='projects.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='document',
            name='series',
            # Filled for the rows there are by the next migration.
            field=models.UUIDField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='document',
            name='source',
            field=models.CharField(choices=[('vault', 'put in by the enterprise'), ('application', 'handed in with the application'), ('item', 'handed in for an approval'), ('delivered', 'delivered by a department'), ('shared', 'shared by government')], default='vault', max_length=20, verbose_name='source'),
        ),
        migrations.AddField(
            model_name='materialkind',
            name='scope',
            field=models.CharField(choices=[('enterprise', 'all projects of the enterprise'), ('project', 'one project'), ('item', 'one approval')], default='project', max_length=10, verbose_name='serves'),
        ),
        migrations.AddField(
            model_name='validitychange',
            name='by',
            field=models.ForeignKey(blank=True, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='validitychange',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='validity_changes', to='projects.document', verbose_name='document'),
        ),
        migrations.AddConstraint(
            model_name='validitychange',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='validity_changed_for_a_reason'),
        ),
    ]
