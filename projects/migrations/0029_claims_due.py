"""The claims that wait already: by when each is to be decided, and how often it was made."""

from django.db import migrations

from huadu_portal.clock import civil_day
from huadu_portal.workdays.published import calendar

# Working days (docs/states.md, Limits).
CLAIM_DAYS = 5


def derive(apps, schema_editor):
    waiting = apps.get_model("projects", "Membership").objects.filter(
        claimed_at__isnull=False, claim_due_on=None
    )
    for membership in waiting:
        day = civil_day(membership.claimed_at)
        membership.claim_due_on = calendar().add(day, CLAIM_DAYS)
        membership.claims = membership.events.filter(act="claimed").count() or 1
        membership.next_rung_at = membership.claimed_at
        membership.save(update_fields=["claim_due_on", "claims", "next_rung_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0028_claim_due"),
        ("workdays", "0004_append_only_and_2018"),
    ]

    operations = [migrations.RunPython(derive, migrations.RunPython.noop, elidable=True)]
