from django.db import migrations

# A returned application is submitted again within thirty days (projects/operations/applications.py).
MEND = """
    UPDATE projects_application application
    SET due_on = (
        SELECT (max(event.at) AT TIME ZONE 'Asia/Shanghai')::date + 30
        FROM projects_applicationevent event
        WHERE event.application_id = application.id AND event.to_status = 'returned'
    )
    WHERE application.status = 'returned'
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0026_kind_name_en")]

    operations = [migrations.RunSQL(MEND, migrations.RunSQL.noop)]
