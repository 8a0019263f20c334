"""What can be done to an item: one function per verb."""

from approvals.acts.operations.commitments import keep_commitment
from approvals.acts.operations.completion import complete_result
from approvals.acts.operations.consultations import consult, give_opinion, record_silences
from approvals.acts.operations.correction_answers import AnswerGiven
from approvals.acts.operations.deemed_acceptance import (
    deem,
    deem_lapsed,
    record_deemed_acceptance,
)
from approvals.acts.operations.inspection import set_visit
from approvals.acts.operations.intake import (
    accept,
    decline,
    request_correction,
    resubmit,
    submit,
    withdraw,
)
from approvals.acts.operations.parts import can_join
from approvals.acts.operations.review import (
    deliver,
    extend,
    grant,
    refuse,
    reopen,
    resume,
    suspend,
    transfer,
)
from approvals.acts.operations.service import (
    apply_anew,
    mark_not_applicable,
    record,
    undo_not_applicable,
)

__all__ = [
    "AnswerGiven",
    "accept",
    "apply_anew",
    "can_join",
    "complete_result",
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
    "record",
    "record_deemed_acceptance",
    "record_silences",
    "refuse",
    "reopen",
    "request_correction",
    "resubmit",
    "resume",
    "set_visit",
    "submit",
    "suspend",
    "transfer",
    "undo_not_applicable",
    "withdraw",
]
