"""A paper is frozen when it is issued: only its file is added, once."""

from django.db import migrations

FROZEN = "id, number, kind, title, recipient, language, issued_at, data, data_sha256".split(", ")
ROW = ", ".join(f"{{row}}.{name}" for name in FROZEN)
FUNCTION = f"""
    CREATE FUNCTION refuse_to_change_a_paper() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.sha256 = ''
            AND ({ROW.format(row="NEW")}) IS NOT DISTINCT FROM ({ROW.format(row="OLD")})
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'an issued paper is not changed' USING ERRCODE = 'restrict_violation';
    END $$
"""
TRIGGER = """
    CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON papers_paper
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_paper()
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_papers")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_to_change_a_paper"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER frozen ON papers_paper"),
    ]
