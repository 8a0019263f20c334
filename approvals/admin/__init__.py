"""Approvals at the staff desk."""

from approvals.admin import items, joint, ladders, records, supervision, types

__all__ = ["items", "joint", "ladders", "records", "supervision", "types"]
