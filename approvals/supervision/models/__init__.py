"""Ladders and reminders; cards, orders and requests."""

from approvals.supervision.models.cards import (
    Card,
    HelpRequest,
    Nudge,
    StalledItem,
    SupervisionOrder,
)
from approvals.supervision.models.ladders import (
    AMONG_STAFF,
    OF_DEPARTMENT,
    CardLevel,
    Course,
    Hearer,
    Ladder,
    LadderRung,
    LookAgain,
    Trigger,
)
from approvals.supervision.models.reminders import SUBJECTS, LadderStop, Reminder

__all__ = [
    "AMONG_STAFF",
    "OF_DEPARTMENT",
    "SUBJECTS",
    "Card",
    "CardLevel",
    "Course",
    "Hearer",
    "HelpRequest",
    "Ladder",
    "LadderRung",
    "LadderStop",
    "LookAgain",
    "Nudge",
    "Reminder",
    "StalledItem",
    "SupervisionOrder",
    "Trigger",
]
