from django.db import migrations

# As the rung was packaged when it gave the order itself, and as it is now (docs/decisions/0044).
BEFORE = {
    "name": "督办",
    "name_en": "supervision order",
    "text": "督办：“%(project)s”的“%(item)s”应于 %(due)s 前办结，已超期三个工作日。",
    "text_en": "Supervision order: “%(item)s” of “%(project)s” was due by %(due)s, three working"
    " days ago.",
}
SINCE = {
    "name": "建议督办",
    "name_en": "supervision proposed",
    "text": "建议督办：“%(project)s”的“%(item)s”应于 %(due)s 前办结，已超期三个工作日，请负责人或区领导决定是否签发督办单。",
    "text_en": "Supervision proposed: “%(item)s” of “%(project)s” was due by %(due)s, three"
    " working days ago. A head or leader decides whether an order is issued.",
}


def say_proposed(apps, schema_editor):
    """In the policies in force that nobody has changed at the desk."""
    Step = apps.get_model("escalation", "Step")
    in_force = {"policy__replaced_at": None, "policy__published_by": None}
    steps = Step.objects.filter(code="supervision", policy__course="review", **in_force)
    steps.filter(**BEFORE).update(**SINCE)


class Migration(migrations.Migration):
    """The rung proposes an order; its text no longer says that it is one."""

    dependencies = [
        ("approvals", "0052_order_proposals"),
        ("escalation", "0010_supervision_card"),
    ]

    operations = [migrations.RunPython(say_proposed, migrations.RunPython.noop)]
