from celery import shared_task

from approvals import operations
from huadu_portal.clock import now
from huadu_portal.notifications.models import Sweep


@shared_task
def remind():
    operations.remind(now())
    Sweep.record(Sweep.Kind.REMIND, now())


@shared_task
def record_heads():
    operations.record_heads(now())
    Sweep.record(Sweep.Kind.HEADS, now())


@shared_task
def record_silences():
    """What time alone decides: items accepted, and opinions missing, by silence."""
    operations.deem_lapsed(now())
    operations.record_silences(now())
    Sweep.record(Sweep.Kind.SILENCE, now())
