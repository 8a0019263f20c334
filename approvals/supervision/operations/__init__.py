"""How items are pushed: reminders, cards, orders, requests, ladders."""

from approvals.supervision.operations.cards import appeal, cancel, decide
from approvals.supervision.operations.orders import answer_order, receive_order
from approvals.supervision.operations.pushing import (
    answer_help,
    ask_help,
    explain,
    lift_stop,
    nudge,
    order,
    stop_ladder,
)
from approvals.supervision.operations.reminders import remind
from approvals.supervision.operations.watched import look_again

__all__ = [
    "answer_help",
    "answer_order",
    "appeal",
    "ask_help",
    "cancel",
    "decide",
    "explain",
    "lift_stop",
    "look_again",
    "nudge",
    "order",
    "receive_order",
    "remind",
    "stop_ladder",
]
