from django.db import migrations
from django.utils import timezone

from huadu_portal.workdays.notices import packaged


def load(apps, schema_editor):
    """As operations.load_packaged_years, on the tables as they are at this point."""
    SpecialDay = apps.get_model("workdays", "SpecialDay")
    PublishedYear = apps.get_model("workdays", "PublishedYear")
    for notice in packaged():
        PublishedYear.objects.get_or_create(
            year=notice.year,
            defaults={"source_notice": notice.source, "loaded_at": timezone.now()},
        )
        SpecialDay.objects.bulk_create(
            [
                SpecialDay(
                    date=day.date,
                    is_workday=day.is_workday,
                    name=day.name,
                    source=notice.source,
                )
                for day in notice.days
            ],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
