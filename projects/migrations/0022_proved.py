"""Whoever has a project has had its licence before the window, and so have the firms that the
window registered itself with a reason."""

from django.db import migrations
from django.db.models import F, Min, OuterRef, Subquery


def prove(apps, schema_editor):
    Enterprise = apps.get_model("projects", "Enterprise")
    Application = apps.get_model("projects", "Application")
    unproved = Enterprise.objects.filter(proved_at=None)
    accepted = (
        Application.objects.filter(enterprise=OuterRef("pk"), status="accepted")
        .values("enterprise")
        .annotate(first=Min("decided_at"))
        .values("first")
    )
    served = unproved.filter(applications__status="accepted")
    unproved.filter(pk__in=served.values("pk")).update(proved_at=Subquery(accepted))
    unproved.exclude(credit_code_reason="").update(proved_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("projects", "0021_code_index")]

    operations = [migrations.RunPython(prove, migrations.RunPython.noop, elidable=True)]
