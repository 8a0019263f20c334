"""What is owed for an item, beside the item itself."""

from huadu_portal.escalation.models import Waiting


class OwedForItem(Waiting):
    """Belongs to an `item`; somebody is reminded of it until it is done."""

    class Meta:
        abstract = True
