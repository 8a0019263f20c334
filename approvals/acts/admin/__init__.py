"""The items at the staff desk."""

from approvals.acts.admin import commitments, items, reason_templates

__all__ = ["commitments", "items", "reason_templates"]
