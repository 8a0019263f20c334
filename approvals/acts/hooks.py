"""What the rooms above do when something happens to an item, and show on its page.

They register when the portal starts (`approvals/apps.py`). What happens is told within the
transaction of its act, once the event is written.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from approvals.items.models import ApprovalItem
from huadu_portal.workdays.arithmetic import Calendar

# Called with the item, and `by` whom and `at` when.
on_second_correction: list[Callable[..., None]] = []
# An item was withdrawn in the pre-review of a case: with the item, and `at` when.
on_left_case: list[Callable[..., None]] = []
# What the item's page at the desk shows beside what the item itself has.
item_panels: list[Callable[[ApprovalItem, datetime, Calendar], dict[str, Any]]] = []
