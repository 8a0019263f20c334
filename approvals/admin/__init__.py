"""Approvals at the staff desk."""

from approvals.admin import items, joint, records, types

__all__ = ["items", "joint", "records", "types"]
