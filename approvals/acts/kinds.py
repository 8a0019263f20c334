"""What all acts on an item have in common, and those on what stands beside one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.acts.models import Commitment
from approvals.acts.operations.deemed_acceptance import deem, record_deemed_acceptance
from approvals.items.events import EventKind
from approvals.items.models import OVER, ApprovalItem, Status
from approvals.items.operations.breaches import record_breaches
from approvals.items.operations.history import lock_item, lock_with_item
from huadu_portal.accounts.models import User
from huadu_portal.acts import GuardedAct
from huadu_portal.errors import NotAllowed

# From these something new would be submitted.
NEW = [Status.READY, *OVER]


def not_in_this_status(item: ApprovalItem) -> str:
    if item.project.is_halted and item.status in NEW:
        return str(_("This project is paused or has ended."))
    if item.approval_type.begins_joint_case:
        return str(_("This service begins with a joint case and ends with its opinions."))
    sentence = _("This cannot be done to an item that is “%(status)s”.")
    return sentence % {"status": item.get_status_display()}


@dataclass(frozen=True, kw_only=True)
class ItemAct(EventKind, GuardedAct):
    """An act on an item, and the kind of event that it leaves in the history."""

    otherwise: Any = not_in_this_status

    def settle(self, item: ApprovalItem, *, at: datetime) -> None:
        record_deemed_acceptance(item, at=at)

    def run(self, thing: Any, *, by: Any, at: datetime, **asked: Any) -> Any:
        """What has passed by then stays recorded, whatever the act moves, stops or ends."""
        record_breaches(thing, at)
        return super().run(thing, by=by, at=at, **asked)

    def lock(self, item: ApprovalItem) -> ApprovalItem:
        return lock_item(item)

    def is_visible(self, item: ApprovalItem, by: User) -> bool:
        return item.is_visible_to(by)

    def version_of(self, item: ApprovalItem) -> int:
        return item.version


@dataclass(frozen=True, kw_only=True)
class OfItemAct(GuardedAct):
    """An act on what stands beside an item: locked behind it."""

    # What is fetched with it.
    related: str

    def lock(self, thing: Any) -> Any:
        return lock_with_item(thing, self.related)

    def refusal(self, thing: Any) -> NotAllowed:
        return NotAllowed(self.why_not(thing), version=thing.item.version)


@dataclass(frozen=True, kw_only=True)
class CommitmentAct(OfItemAct):
    """An act on a commitment."""

    def settle(self, commitment: Commitment, *, at: datetime) -> None:
        """What silence has decided of the item stands in its history first; the commitment is
        owed all the same."""
        deem(commitment.item, at=at)
