"""Acts: how what can be done to a thing is described, once, and how it is performed.

Each room of an app has a table of its acts (`acts.py`), and every way in, page, dialog, endpoint and bulk action,
is made from its rows and calls `perform`.
"""

from huadu_portal.acts.forms import ActForm
from huadu_portal.acts.performing import Act, Acts, GuardedAct, Several, operation, perform
from huadu_portal.acts.rules import Rule, never

__all__ = [
    "Act",
    "ActForm",
    "Acts",
    "GuardedAct",
    "Rule",
    "Several",
    "never",
    "operation",
    "perform",
]
