from datetime import datetime, time

from django.db import migrations
from django.utils import timezone

NAMES = {
    "near": ("临近到期", "due soon"),
    "overdue": ("超过承诺时限", "overdue"),
    "statutory": ("超过法定时限", "past the statutory limit"),
}
# What was told of, by the number of the stage: code, names.
STAGES = {
    "Commitment": {
        1: ("near", "承诺将到期", "promise due soon"),
        2: ("missed", "承诺逾期", "promise missed"),
    },
    "Certificate": {
        1: ("soon", "九十日内到期", "ends within 90 days"),
        2: ("renewal", "三十日内到期", "ends within 30 days"),
        3: ("expired", "已到期", "expired"),
    },
    "CorrectionRequest": {
        1: ("reminded", "提醒补正", "reminded"),
        2: ("lapsed", "补正逾期", "unanswered"),
    },
}
SUBJECTS = {
    "Commitment": ("commitment", "due_on"),
    "Certificate": ("certificate", "valid_until"),
    "CorrectionRequest": ("correction", None),
}


def name_rungs(apps, schema_editor):
    reminders = apps.get_model("approvals", "Reminder").objects
    reminders.filter(application__isnull=False).update(course="application")
    for code, (name, name_en) in NAMES.items():
        reminders.filter(rung=code).update(rung_name=name, rung_name_en=name_en)


def remember_stages(apps, schema_editor):
    """Nobody is told again of what they were told before the ladder was data.

    When a stage was told was not kept: the day it is about stands in for it.
    """
    reminder = apps.get_model("approvals", "Reminder")
    for model, stages in STAGES.items():
        subject, day = SUBJECTS[model]
        told = apps.get_model("approvals", model).objects.filter(stage_told__gt=0)
        for thing in told.iterator():
            at = thing.asked_at if day is None else _morning(getattr(thing, day))
            for number, (code, name, name_en) in stages.items():
                if number > thing.stage_told:
                    continue
                reminder.objects.create(
                    course=subject,
                    epoch=0,
                    rung=code,
                    rung_name=name,
                    rung_name_en=name_en,
                    reached_at=at,
                    recorded_at=at,
                    is_superseded=number < thing.stage_told,
                    **{subject: thing},
                )


def _morning(day):
    return datetime.combine(day, time(9), timezone.get_default_timezone())


class Migration(migrations.Migration):
    dependencies = [("approvals", "0016_ladders")]

    operations = [
        migrations.RunPython(name_rungs, migrations.RunPython.noop),
        migrations.RunPython(remember_stages, migrations.RunPython.noop),
    ]
