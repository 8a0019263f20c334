"""A changed fact of a joint case stays as it was told."""

from django.db import migrations

TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_factchange
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0011_joint")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON approvals_factchange"),
    ]
