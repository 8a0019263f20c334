from django.db import migrations
from django.db.models import Exists, OuterRef


def mark(apps, schema_editor):
    """Of what is delivered, whatever has no certificate with number and file."""
    items = apps.get_model("approvals", "ApprovalItem").objects.filter(status="delivered")
    certificates = apps.get_model("approvals", "Certificate").objects.exclude(number="")
    proven = certificates.filter(item=OuterRef("pk"), document__isnull=False)
    items.filter(~Exists(proven)).update(lacks_result=True)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0035_lacks_result")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
