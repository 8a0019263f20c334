"""What can be done to an item: one function per verb."""

from approvals.operations.certificates import certify, watch_certificates
from approvals.operations.commitments import keep_commitment, watch_commitments
from approvals.operations.consultations import consult, give_opinion, record_silences
from approvals.operations.corrections import watch_corrections
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
from approvals.operations.parts import can_join
from approvals.operations.planning import Exemption, plan_items, suggested_plan
from approvals.operations.pre_review import pre_approve, pre_object, revise
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

__all__ = [
    "Exemption",
    "accept",
    "apply_anew",
    "can_join",
    "certify",
    "change_fact",
    "consult",
    "decline",
    "deem",
    "deem_lapsed",
    "deliver",
    "end_case",
    "extend",
    "give_opinion",
    "grant",
    "joinable",
    "keep_commitment",
    "mark_not_applicable",
    "open_case",
    "plan_items",
    "pre_approve",
    "pre_object",
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
    "submit",
    "suggested_plan",
    "suspend",
    "transfer",
    "undo_not_applicable",
    "watch_certificates",
    "watch_commitments",
    "watch_corrections",
    "withdraw",
]
