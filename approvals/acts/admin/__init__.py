"""The items at the staff desk."""

from approvals.acts.admin import commitments, items

__all__ = ["commitments", "items"]
