"""What can be done to an item: one function per verb."""

from approvals.operations.cards import appeal, cancel, decide
from approvals.operations.certificates import certify
from approvals.operations.commitments import keep_commitment
from approvals.operations.consultations import consult, give_opinion, record_silences
from approvals.operations.deemed import deem, deem_lapsed, settle
from approvals.operations.heads import record_heads, recorded_on
from approvals.operations.inspection import set_visit
from approvals.operations.intake import (
    accept,
    decline,
    request_correction,
    resubmit,
    submit,
    withdraw,
)
from approvals.operations.joint import (
    change_fact,
    end_case,
    joinable,
    open_case,
    register_land,
)
from approvals.operations.orders import answer_order, receive_order
from approvals.operations.parts import can_join
from approvals.operations.planning import Exemption, plan_items, suggested_plan
from approvals.operations.pre_review import pre_approve, pre_object, revise
from approvals.operations.pushing import (
    answer_help,
    ask_help,
    explain,
    lift_stop,
    nudge,
    order,
    stop_ladder,
)
from approvals.operations.reminders import remind
from approvals.operations.review import (
    deliver,
    extend,
    grant,
    refuse,
    reopen,
    resume,
    suspend,
    transfer,
)
from approvals.operations.service import (
    apply_anew,
    mark_not_applicable,
    record,
    undo_not_applicable,
)
from approvals.operations.watched import look_again

__all__ = [
    "Exemption",
    "accept",
    "answer_help",
    "answer_order",
    "appeal",
    "apply_anew",
    "ask_help",
    "can_join",
    "cancel",
    "certify",
    "change_fact",
    "consult",
    "decide",
    "decline",
    "deem",
    "deem_lapsed",
    "deliver",
    "end_case",
    "explain",
    "extend",
    "give_opinion",
    "grant",
    "joinable",
    "keep_commitment",
    "lift_stop",
    "look_again",
    "mark_not_applicable",
    "nudge",
    "open_case",
    "order",
    "plan_items",
    "pre_approve",
    "pre_object",
    "receive_order",
    "record",
    "record_heads",
    "record_silences",
    "recorded_on",
    "refuse",
    "register_land",
    "remind",
    "reopen",
    "request_correction",
    "resubmit",
    "resume",
    "revise",
    "set_visit",
    "settle",
    "stop_ladder",
    "submit",
    "suggested_plan",
    "suspend",
    "transfer",
    "undo_not_applicable",
    "withdraw",
]
