from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps, schema_editor):
    """Cache and rate limits live in PostgreSQL; creating the table twice does nothing."""
    call_command("createcachetable", verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(create_cache_table, migrations.RunPython.noop)]
