"""Approvals at the staff desk."""

from approvals.admin import (
    commitments,
    items,
    joint,
    ladders,
    records,
    reminders,
    supervision,
    types,
)

__all__ = [
    "commitments",
    "items",
    "joint",
    "ladders",
    "records",
    "reminders",
    "supervision",
    "types",
]
