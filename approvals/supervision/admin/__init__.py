"""督办 at the staff desk."""

from approvals.supervision.admin import cards, proposals

__all__ = ["cards", "proposals"]
