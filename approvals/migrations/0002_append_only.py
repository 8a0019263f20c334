"""History cannot be rewritten: neither by a bug nor by hand, short of the owner's role."""

from django.db import migrations

TABLES = ["approvals_itemevent", "projects_applicationevent", "projects_phasechange"]

FUNCTION = """
    CREATE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
"""
TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial"), ("projects", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_to_rewrite_history"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER append_only ON {table}"
            )
            for table in TABLES
        ),
    ]
