"""That a notice was handed over stays as it was written."""

from django.db import migrations

TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON projects_handover
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0035_assisted_filing"),
        ("approvals", "0002_append_only"),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON projects_handover"),
    ]
