"""Approvals at the staff desk."""

from approvals.admin import items, records, types

__all__ = ["items", "records", "types"]
