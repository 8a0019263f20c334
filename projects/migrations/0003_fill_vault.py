"""Where each document came from, what it is a version of, and what its kind serves."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

# What is of the firm itself; everything else there is belongs to a project.
OF_THE_ENTERPRISE = ["营业执照", "授权代表身份证明", "申请人身份证明", "用电主体身份证明"]
DELIVERED = "审批结果文件"


def fill(apps, schema_editor):
    Document = apps.get_model("projects", "Document")
    Project = apps.get_model("projects", "Project")
    kinds = apps.get_model("projects", "MaterialKind").objects.filter(name__in=OF_THE_ENTERPRISE)
    kinds.update(scope="enterprise")
    Document.objects.filter(application__isnull=False).update(source="application")
    Document.objects.filter(application=None, kind__name=DELIVERED).update(source="delivered")
    taken_on = Project.objects.filter(application=OuterRef("application")).values("pk")[:1]
    of_a_project = Document.objects.exclude(kind__scope="enterprise")
    of_a_project.update(project=Subquery(taken_on))
    fill_series(Document)


def fill_series(Document):
    """The newest version names the series; each replaced one follows its successor."""
    Document.objects.filter(replaced_by=None).update(series=F("pk"))
    successor = Document.objects.filter(pk=OuterRef("replaced_by")).values("series")[:1]
    left = Document.objects.filter(series=None, replaced_by__series__isnull=False)
    while left.update(series=Subquery(successor)):
        pass


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_vault")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
