"""督办 at the staff desk."""

from approvals.supervision.admin import cards, ladders, reminders

__all__ = ["cards", "ladders", "reminders"]
