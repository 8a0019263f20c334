"""Accounts of service agents made at the desk before it made their record as well."""

from django.db import migrations


def add_missing(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    ServiceAgent = apps.get_model("agents", "ServiceAgent")
    without = User.objects.filter(role="agent", service_agent=None)
    # A second run, or one beside the new release, finds those that are there.
    ServiceAgent.objects.bulk_create(
        [ServiceAgent(user=user, phone=user.mobile) for user in without],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0001_initial"),
        ("accounts", "0003_reachable"),
    ]

    operations = [migrations.RunPython(add_missing, migrations.RunPython.noop, elidable=True)]
