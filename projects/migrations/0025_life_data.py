"""Whom to call about a project comes from its application."""

from django.db import migrations

CONTACTS = """
    UPDATE projects_project SET contact_name = application.contact_name,
        contact_mobile = application.contact_mobile
    FROM projects_application application
    WHERE application.id = application_id AND application.contact_name <> ''
        AND projects_project.contact_name = ''
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0024_life_after_taking_on")]
    operations = [migrations.RunSQL(CONTACTS, migrations.RunSQL.noop)]
