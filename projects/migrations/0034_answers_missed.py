"""The answers of the window that came late before that was recorded: from events and calendar."""

from datetime import timedelta
from itertools import pairwise

from django.db import migrations

from huadu_portal.clock import civil_day
from huadu_portal.workdays.published import calendar

# Working days within which the window answers (docs/states.md, Limits).
ANSWER_DAYS = 3


def derive(apps, schema_editor):
    applications = apps.get_model("projects", "Application").objects
    answered = applications.filter(version__gt=1, answer_missed_on=None)
    for application in answered.prefetch_related("events").iterator(chunk_size=500):
        missed = _first_missed(sorted(application.events.all(), key=lambda event: event.number))
        if missed:
            # Written meanwhile by an act that came first, it is the same day.
            applications.filter(pk=application.pk).update(answer_missed_on=missed)


def _first_missed(events):
    for submitted, answer in pairwise(events):
        if submitted.to_status == "submitted":
            last = calendar().add(civil_day(submitted.at), ANSWER_DAYS, "working")
            if civil_day(answer.at) > last:
                return last + timedelta(1)
    return None


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0033_answer_missed"),
        ("workdays", "0004_append_only_and_2018"),
    ]

    operations = [migrations.RunPython(derive, migrations.RunPython.noop, elidable=True)]
