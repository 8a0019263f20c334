"""The item, its states and its history."""

from approvals.items.models.heads import HistoryHead
from approvals.items.models.history import ClockSpan, ItemEvent, TsTzRange
from approvals.items.models.items import ApprovalItem
from approvals.items.models.querysets import ApprovalItemQuerySet, lamp_is, overdue
from approvals.items.models.states import (
    CLOCKS,
    DECIDED,
    ENDED,
    HOLDERS,
    MET,
    OPEN,
    OVER,
    TRANSITIONS,
    Breach,
    Clock,
    Holder,
    Lamp,
    S,
    Status,
)

__all__ = [
    "CLOCKS",
    "DECIDED",
    "ENDED",
    "HOLDERS",
    "MET",
    "OPEN",
    "OVER",
    "TRANSITIONS",
    "ApprovalItem",
    "ApprovalItemQuerySet",
    "Breach",
    "Clock",
    "ClockSpan",
    "HistoryHead",
    "Holder",
    "ItemEvent",
    "Lamp",
    "S",
    "Status",
    "TsTzRange",
    "lamp_is",
    "overdue",
]
