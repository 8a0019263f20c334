"""What is owed for an item, beside the item itself."""

from django.db import models

from approvals.items.models.items import ApprovalItem
from huadu_portal.escalation.models import Waiting


class OwedForItem(Waiting):
    """Somebody is reminded of it until it is done."""

    item: models.ForeignKey[ApprovalItem, ApprovalItem]

    class Meta:
        abstract = True
