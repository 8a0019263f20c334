"""What an event is in the state's data exchange: case states 1 to 15 (brief §3.2).

1 received · 2 taken back · 3 accepted at the window · 4 no approval needed · 5 not accepted
· 6/7 correction begins, ends · 8 accepted by the department · 9/10 special procedure begins,
ends · 11 granted · 12 granted, follow-up open · 13 not granted · 14 withdrawn · 15 revoked.
Pure: no database. Nothing here revokes (15): that is the department's own procedure.
"""

from approvals.models import Status
from approvals.rights import (
    ACCEPT_WHOLE,
    DEEM,
    GRANT_TOLERANT,
    NOT_REQUIRED,
    REGISTER_LAND,
    WITHDRAW_EARLY,
    Act,
)

# The window's acceptance is the department's as well: one act, two states.
CODES: dict[str, list[int]] = {
    Act.SUBMIT: [1],
    Act.RESUBMIT: [7],
    Act.ACCEPT: [3, 8],
    DEEM: [3, 8],
    ACCEPT_WHOLE: [3, 8],
    # Received and accepted at once: the materials have been looked at beforehand.
    REGISTER_LAND: [1, 3, 8],
    NOT_REQUIRED: [4],
    Act.DECLINE: [5],
    Act.REQUEST_CORRECTION: [6],
    Act.SUSPEND: [9],
    Act.RESUME: [10],
    Act.GRANT: [11],
    GRANT_TOLERANT: [12],
    Act.REFUSE: [13],
}
# Once it has been accepted, a taking back is a withdrawal.
BEFORE_ACCEPTANCE = {Status.SUBMITTED, Status.CORRECTING}
AFTER_ACCEPTANCE = {Status.ACCEPTED, Status.SUSPENDED}


def codes_of(event) -> list[int]:
    """The states an event brings about, in order; none for what stays within the house."""
    # Out of a pre-review nothing is taken back: nothing has been received.
    if event.to_status == Status.WITHDRAWN and event.act != WITHDRAW_EARLY:
        return _withdrawal(event.from_status)
    return CODES.get(event.act, [])


def _withdrawal(before: str) -> list[int]:
    if before in BEFORE_ACCEPTANCE:
        return [2]
    return [14] if before in AFTER_ACCEPTANCE else []
