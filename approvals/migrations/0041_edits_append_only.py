"""An edit of a project's facts stays as it was told."""

from django.db import migrations

TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON projects_projectedit
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0040_joint_prerequisites_data"),
        ("projects", "0024_life_after_taking_on"),
    ]
    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON projects_projectedit"),
    ]
