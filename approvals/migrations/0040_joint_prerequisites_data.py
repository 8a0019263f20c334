"""What the packaged catalogue says since: bundles that are there get what they lack."""

from django.db import migrations

SERVICE = "HD-SV-03"
BEFORE_LAND = {
    "industrial-five": ["HD-LX-01", "HD-LX-05", "HD-LX-08"],
    "quarry-five": ["HD-LX-05", "HD-LX-08"],
}
INDUSTRIES = {"quarry-five": ["building_materials"]}


def fill(apps, schema_editor):
    types, bundles = (
        apps.get_model("approvals", name).objects for name in ("ApprovalType", "JointBundle")
    )
    types.filter(code=SERVICE).update(begins_joint_case=True)
    for code, industries in INDUSTRIES.items():
        bundles.filter(code=code).update(industries=industries)
    for bundle in bundles.filter(code__in=BEFORE_LAND):
        bundle.before_land.set(types.filter(code__in=BEFORE_LAND[bundle.code]))


class Migration(migrations.Migration):
    dependencies = [("approvals", "0039_joint_prerequisites")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
