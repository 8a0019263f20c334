"""The explanations that were demanded before and not given: each gets its day from the demand."""

from django.db import migrations
from django.db.models import Exists, OuterRef

from huadu_portal.clock import civil_day
from huadu_portal.workdays.published import calendar

# Working days (docs/states.md, Limits), and where a department owes something.
EXPLANATION_DAYS = 2
OWED = ["submitted", "pre_review", "accepted", "granted"]


def derive(apps, schema_editor):
    ItemEvent = apps.get_model("approvals", "ItemEvent")
    Demand = apps.get_model("approvals", "ExplanationDemand")
    later = ItemEvent.objects.filter(item=OuterRef("item"), number__gt=OuterRef("number"))
    demands = ItemEvent.objects.filter(act="demand_explanation", item__status__in=OWED)
    for event in demands.filter(~Exists(later.filter(act="explain"))).order_by("item", "number"):
        Demand.objects.get_or_create(
            item_id=event.item_id,
            answered_at=None,
            defaults={
                "demand": event.note,
                "asked_at": event.at,
                "asked_by_id": event.by_id,
                "due_on": calendar().add(civil_day(event.at), EXPLANATION_DAYS),
                "next_rung_at": event.at,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0056_explanation_demands"),
        ("workdays", "0004_append_only_and_2018"),
    ]

    operations = [migrations.RunPython(derive, migrations.RunPython.noop, elidable=True)]
