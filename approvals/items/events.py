"""What an event in an item's history is called, and what it is in the state's data exchange.

An act on an item is a kind of event too: its room's table says so (`approvals/acts/acts.py`), and adds it here when the portal
starts (`approvals/apps.py`).
"""

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """A kind of event by what is to be known of it wherever events are read."""

    # What the history calls it, where the new status does not tell.
    words: str | LazyText | None = None
    # Whether it leaves an item where it is.
    stays: bool = False
    # Whether it urges the department: no progress of the item, and not shown to firms.
    follow_up: bool = False
    # Whether it is dated back by law, perhaps before the event before it (第32条).
    backdated: bool = False
    # Case states of the state's data exchange (approvals/items/national.py).
    national: tuple[int, ...] = ()


# What stands in the history beside acts: acts of the system, of a consulted department, a
# commitment that is kept, and three acts under a name that tells what they came to.
DEEM, OPEN, CLOSE = "deem", "open", "close"
PREREQUISITE_REOPENED = "prerequisite_reopened"
OPINE, SILENCE = "opine", "silence"
# Of a joint case, on all its items at once.
PRE_REVIEW, REGISTER_LAND, LEAVE_JOINT = "pre_review", "register_land", "leave_joint"
# Of the service that begins with a joint case.
OPEN_JOINT, SUM_UP = "open_joint", "sum_up"
VOID_OPINION, FACT_CHANGED = "void_opinion", "fact_changed"
WITHDRAW_EARLY = "withdraw_early"
# Of a part of a joint inspection, with its whole.
ACCEPT_WHOLE = "accept_whole"
KEEP_COMMITMENT = "keep_commitment"
ANSWER_ORDER, ANSWER_HELP = "answer_order", "answer_help"
DECLINE_PROPOSAL = "decline_proposal"
NOT_REQUIRED, GRANT_TOLERANT = "decline_not_required", "grant_tolerant"
DELIVER_NOTHING = "deliver_nothing"
# Of limits that had ended already.
EXTEND_LATE = "extend_late"

# What is the firm's to do, and the window does for one that has no account.
BY_FIRM = {"submit", "resubmit", "revise"}

EVENTS: dict[str, EventKind] = {
    DEEM: EventKind(words=_("deemed accepted"), backdated=True, national=(3, 8)),
    OPEN: EventKind(),
    CLOSE: EventKind(words=_("waits for a prerequisite again")),
    PREREQUISITE_REOPENED: EventKind(words=_("a prerequisite is open again"), stays=True),
    OPINE: EventKind(words=_("opinion given"), stays=True),
    SILENCE: EventKind(words=_("no answer recorded"), stays=True),
    PRE_REVIEW: EventKind(),
    # Received and accepted at once: the materials have been looked at beforehand.
    REGISTER_LAND: EventKind(
        words=_("land registered: formal review begins"), national=(1, 3, 8)
    ),
    LEAVE_JOINT: EventKind(words=_("out of the joint case")),
    # Received and accepted at once, by the window or for the firm's signature.
    OPEN_JOINT: EventKind(words=_("accepted with the joint case"), national=(1, 3, 8)),
    SUM_UP: EventKind(words=_("opinions summed up"), national=(11,)),
    VOID_OPINION: EventKind(words=_("opinion void: a fact has changed")),
    FACT_CHANGED: EventKind(words=_("a fact has changed"), stays=True),
    WITHDRAW_EARLY: EventKind(),
    ACCEPT_WHOLE: EventKind(
        words=_("accepted with its joint inspection"), backdated=True, national=(3, 8)
    ),
    KEEP_COMMITMENT: EventKind(words=_("commitment kept"), stays=True),
    ANSWER_ORDER: EventKind(words=_("supervision order answered"), stays=True, follow_up=True),
    DECLINE_PROPOSAL: EventKind(
        words=_("no supervision order issued"), stays=True, follow_up=True
    ),
    ANSWER_HELP: EventKind(words=_("coordination answered"), stays=True, follow_up=True),
    NOT_REQUIRED: EventKind(words=_("no approval needed"), national=(4,)),
    EXTEND_LATE: EventKind(words=_("limits extended late"), stays=True),
    GRANT_TOLERANT: EventKind(words=_("granted, follow-up open"), national=(12,)),
    DELIVER_NOTHING: EventKind(words=_("closed, nothing to hand over")),
}


def follow_ups() -> list[str]:
    """The names of the acts that follow up an item."""
    return [name for name, kind in EVENTS.items() if kind.follow_up]
