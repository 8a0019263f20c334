"""How items are followed up: cards, orders, requests, stops."""

from approvals.supervision.operations.cards import appeal, cancel, decide
from approvals.supervision.operations.follow_up import (
    answer_help,
    ask_help,
    explain,
    lift_stop,
    nudge,
    order,
    stop_ladder,
)
from approvals.supervision.operations.halted import wake_owed_by_firm
from approvals.supervision.operations.orders import answer_order, receive_order

__all__ = [
    "answer_help",
    "answer_order",
    "appeal",
    "ask_help",
    "cancel",
    "decide",
    "explain",
    "lift_stop",
    "nudge",
    "order",
    "receive_order",
    "stop_ladder",
    "wake_owed_by_firm",
]
