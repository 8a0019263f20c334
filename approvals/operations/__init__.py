"""What can be done to an item: one function per verb."""

from approvals.operations.acts import (
    accept,
    decline,
    deliver,
    grant,
    mark_not_applicable,
    record,
    refuse,
    request_correction,
    resubmit,
    submit,
    undo_not_applicable,
    withdraw,
)
from approvals.operations.planning import Exemption, plan_items, suggested_plan
from approvals.operations.reminders import remind

__all__ = [
    "Exemption",
    "accept",
    "decline",
    "deliver",
    "grant",
    "mark_not_applicable",
    "plan_items",
    "record",
    "refuse",
    "remind",
    "request_correction",
    "resubmit",
    "submit",
    "suggested_plan",
    "undo_not_applicable",
    "withdraw",
]
