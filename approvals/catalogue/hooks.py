"""What the rooms above say and do when a type is to change.

They register when the portal starts (`approvals/apps.py`).
"""

from collections.abc import Callable, Collection
from datetime import date

from approvals.catalogue.models import ApprovalType

# Called before the first version of a type is published: what was received keeps what it had.
before_first_version: list[Callable[[ApprovalType], None]] = []
# Called with the type, the codes of the prerequisites it would have and the first day of the
# new version: lines of label and number, of the items that are going on.
effects: list[Callable[[ApprovalType, Collection[str], date], list[tuple[str, int]]]] = []
