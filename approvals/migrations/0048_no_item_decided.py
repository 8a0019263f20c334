from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """The one before has taken its place; while the portal goes on."""

    atomic = False

    dependencies = [("approvals", "0047_item_closed")]

    operations = [RemoveIndexConcurrently(model_name="approvalitem", name="item_decided")]
