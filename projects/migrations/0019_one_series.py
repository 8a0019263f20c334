"""What a firm has handed in of itself again and again becomes one material in versions.

Each application began a series of its own, all of them version 1. No file is lost: applications
and items keep the one they were given.
"""

from itertools import groupby

from django.db import migrations
from django.db.models import F, Max

OF_THE_FIRM = ["vault", "application", "item"]


def join(apps, schema_editor):
    Document = apps.get_model("projects", "Document")
    current = Document.objects.filter(
        kind__scope="enterprise",
        project=None,
        source__in=OF_THE_FIRM,
        replaced_by=None,
        removed_at=None,
    ).exclude(application__isnull=False, application__number=None)
    rows = current.order_by("enterprise_id", "kind_id", "uploaded_at", "pk").values_list(
        "enterprise_id", "kind_id", "pk", "application_id", "filename"
    )
    for _key, group in groupby(list(rows), lambda row: row[:2]):
        join_kind(Document, list(group))


def join_kind(Document, rows):
    """File by file: of that name, or else in their order, but none of the same application."""
    kept = []
    for *_key, pk, application, filename in rows:
        others = [each for each in kept if application is None or each[1] != application]
        same = [each for each in others if each[2] == filename]
        for earlier in (same or others)[:1]:
            append(Document, earlier[0], pk)
            kept.remove(earlier)
        kept.append((pk, application, filename))


def append(Document, earlier, later):
    """All versions of the one after all of the other."""
    before = Document.objects.filter(pk=earlier).values_list("series", flat=True).get()
    after = Document.objects.filter(pk=later).values_list("series", flat=True).get()
    last = Document.objects.filter(series=before).aggregate(last=Max("version"))["last"]
    versions = Document.objects.filter(series=after)
    first = versions.filter(removed_at=None).order_by("version").first()
    versions.update(series=before, version=F("version") + last)
    Document.objects.filter(pk=earlier).update(replaced_by=first)


class Migration(migrations.Migration):
    dependencies = [("projects", "0018_relied_on")]

    operations = [migrations.RunPython(join, migrations.RunPython.noop, elidable=True)]
