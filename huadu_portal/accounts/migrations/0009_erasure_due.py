from django.db import migrations, models
from django.db.models import F, Q


def remind_of_open(apps, schema_editor):
    """The next sweep looks at those that wait already."""
    requests = apps.get_model("accounts", "ErasureRequest").objects
    requests.filter(answered_at=None).update(next_rung_at=F("asked_at"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_guide_facts")]

    operations = [
        migrations.AddField(
            "erasurerequest",
            "next_rung_at",
            models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            "erasurerequest",
            models.Index(
                fields=["next_rung_at"],
                name="erasure_rung",
                condition=Q(next_rung_at__isnull=False),
            ),
        ),
        migrations.RunPython(remind_of_open, migrations.RunPython.noop, elidable=True),
    ]
