"""Whose paper it is does not change either."""

from django.db import migrations

TABLES = ["approvals_itempaper", "approvals_projectpaper"]
TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_papers")]

    operations = [
        migrations.RunSQL(
            TRIGGER.format(table=table), f"DROP TRIGGER append_only ON {table}"
        )
        for table in TABLES
    ]
