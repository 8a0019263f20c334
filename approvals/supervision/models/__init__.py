"""Cards, orders, proposed orders and requests; what holds the reminders of an item still."""

from approvals.supervision.models.cards import (
    Card,
    HelpRequest,
    Nudge,
    StalledItem,
    SupervisionOrder,
)
from approvals.supervision.models.explanations import ExplanationDemand
from approvals.supervision.models.proposals import OrderProposal, ProposalState
from approvals.supervision.models.stops import LadderStop

__all__ = [
    "Card",
    "ExplanationDemand",
    "HelpRequest",
    "LadderStop",
    "Nudge",
    "OrderProposal",
    "ProposalState",
    "StalledItem",
    "SupervisionOrder",
]
