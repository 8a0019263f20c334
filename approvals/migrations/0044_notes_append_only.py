"""An internal note stays as it was written."""

from django.db import migrations

TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_internalnote
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0043_notes_and_templates")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON approvals_internalnote"),
    ]
