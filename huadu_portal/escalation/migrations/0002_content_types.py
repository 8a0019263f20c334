"""The log of the desk goes on naming what it names: content types and rights are renamed."""

from django.db import migrations

RENAMED = {
    "ladder": "escalationpolicy",
    "ladderrung": "step",
    "lookagain": "recheckrequest",
    "reminder": "reminder",
}


def rename(apps, schema_editor):
    _rename(apps, "approvals", "escalation", RENAMED)


def rename_back(apps, schema_editor):
    _rename(apps, "escalation", "approvals", {new: old for old, new in RENAMED.items()})


def _rename(apps, from_app, to_app, names):
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    for old, new in names.items():
        # In a new database there are none yet.
        for content_type in content_types.filter(app_label=from_app, model=old):
            for permission in permissions.filter(content_type=content_type):
                action, _, _model = permission.codename.partition("_")
                permission.codename = f"{action}_{new}"
                permission.save(update_fields=["codename"])
            content_type.app_label, content_type.model = to_app, new
            content_type.save(update_fields=["app_label", "model"])


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("escalation", "0001_from_approvals"),
        ("approvals", "0026_to_escalation"),
    ]

    operations = [migrations.RunPython(rename, rename_back)]
