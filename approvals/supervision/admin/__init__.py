"""督办 at the staff desk."""

from approvals.supervision.admin import cards

__all__ = ["cards"]
