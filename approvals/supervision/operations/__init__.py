"""How items are followed up: cards, orders, requests, stops."""

from approvals.supervision.operations.cards import appeal, cancel, decide
from approvals.supervision.operations.follow_up import (
    answer_help,
    ask_help,
    demand_explanation,
    explain,
    lift_stop,
    nudge,
    order,
    stop_ladder,
)
from approvals.supervision.operations.halted import wake_owed_by_firm
from approvals.supervision.operations.orders import answer_order, receive_order
from approvals.supervision.operations.proposals import decline_proposal, issue_proposed

__all__ = [
    "answer_help",
    "answer_order",
    "appeal",
    "ask_help",
    "cancel",
    "decide",
    "decline_proposal",
    "demand_explanation",
    "explain",
    "issue_proposed",
    "lift_stop",
    "nudge",
    "order",
    "receive_order",
    "stop_ladder",
    "wake_owed_by_firm",
]
