"""The tasks of all rooms, gathered so that Celery finds them."""

from approvals.acts.tasks import record_silences
from approvals.items.tasks import record_heads

__all__ = ["record_heads", "record_silences"]
