"""五证联办: what can be done to a joint case and in its pre-review."""

from approvals.joint.operations.cases import (
    change_fact,
    end_case,
    joinable,
    open_case,
    register_land,
)
from approvals.joint.operations.pre_review import pre_approve, pre_object, revise

__all__ = [
    "change_fact",
    "end_case",
    "joinable",
    "open_case",
    "pre_approve",
    "pre_object",
    "register_land",
    "revise",
]
