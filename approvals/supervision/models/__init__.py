"""Cards, orders and requests; what holds the reminders of an item still."""

from approvals.supervision.models.cards import (
    Card,
    HelpRequest,
    Nudge,
    StalledItem,
    SupervisionOrder,
)
from approvals.supervision.models.stops import LadderStop

__all__ = [
    "Card",
    "HelpRequest",
    "LadderStop",
    "Nudge",
    "StalledItem",
    "SupervisionOrder",
]
