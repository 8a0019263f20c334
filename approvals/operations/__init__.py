"""What can be done to an item: one function per verb."""

from approvals.operations.certificates import certify, watch_certificates
from approvals.operations.commitments import keep_commitment, watch_commitments
from approvals.operations.consultations import consult, give_opinion, record_silences
from approvals.operations.deemed import deem, deem_lapsed, settle
from approvals.operations.heads import record_heads, recorded_on
from approvals.operations.intake import (
    accept,
    decline,
    request_correction,
    resubmit,
    submit,
    withdraw,
)
from approvals.operations.planning import Exemption, plan_items, suggested_plan
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
    "certify",
    "consult",
    "decline",
    "deem",
    "deem_lapsed",
    "deliver",
    "extend",
    "give_opinion",
    "grant",
    "keep_commitment",
    "mark_not_applicable",
    "plan_items",
    "record",
    "record_heads",
    "record_silences",
    "recorded_on",
    "refuse",
    "remind",
    "reopen",
    "request_correction",
    "resubmit",
    "resume",
    "settle",
    "submit",
    "suggested_plan",
    "suspend",
    "transfer",
    "undo_not_applicable",
    "watch_certificates",
    "watch_commitments",
    "withdraw",
]
