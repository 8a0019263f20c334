"""What is owed for an item, looked at again by the next sweep."""

from datetime import datetime

from approvals.items.models import ApprovalItem
from approvals.items.models.waiting import OwedForItem


def wake_others(item: ApprovalItem, at: datetime) -> None:
    """Have whatever else is owed for an item looked at again: it is under way again.

    Of every kind that waits, those of the rooms above as well.
    """
    for kind in OwedForItem.__subclasses__():
        kind.waiting().filter(item=item).update(next_rung_at=at)
