"""A change of validity cannot be rewritten either."""

from django.db import migrations

TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON projects_validitychange
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_asked_materials"), ("projects", "0002_vault")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON projects_validitychange")
    ]
