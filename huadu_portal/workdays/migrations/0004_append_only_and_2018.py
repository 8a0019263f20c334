"""A publication cannot be rewritten; and the year 2018 comes to where 2019 was the first."""

from django.db import migrations
from django.utils import timezone

from huadu_portal.workdays.notices import packaged

FUNCTION = """
    CREATE FUNCTION workdays_refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON workdays_calendarchange
    FOR EACH ROW EXECUTE FUNCTION workdays_refuse_to_rewrite();
"""
NO_FUNCTION = """
    DROP TRIGGER append_only ON workdays_calendarchange;
    DROP FUNCTION workdays_refuse_to_rewrite();
"""


def load_missing(apps, schema_editor):
    """As operations.load_packaged_years: years that are known stay as they are."""
    SpecialDay = apps.get_model("workdays", "SpecialDay")
    PublishedYear = apps.get_model("workdays", "PublishedYear")
    known = set(PublishedYear.objects.values_list("year", flat=True))
    for notice in packaged():
        if notice.year in known:
            continue
        PublishedYear.objects.create(
            year=notice.year, source_notice=notice.source, loaded_at=timezone.now()
        )
        SpecialDay.objects.bulk_create(
            SpecialDay(
                date=day.date, is_workday=day.is_workday, name=day.name, source=notice.source
            )
            for day in notice.days
        )


class Migration(migrations.Migration):
    dependencies = [("workdays", "0003_calendar_change")]

    operations = [
        migrations.RunSQL(FUNCTION, NO_FUNCTION),
        migrations.RunPython(load_missing, migrations.RunPython.noop),
    ]
