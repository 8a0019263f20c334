"""Policies and reminders at the staff desk."""

from huadu_portal.escalation.admin import policies, reminders

__all__ = ["policies", "reminders"]
