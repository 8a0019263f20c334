from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_calendar_kinds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sweep',
            name='kind',
            field=models.CharField(choices=[('deliver', 'sending what is due'), ('remind', 'reminders'), ('calendar', 'watching for the next calendar'), ('strays', 'clearing away stray files')], max_length=20, primary_key=True, serialize=False, verbose_name='kind'),
        ),
    ]
