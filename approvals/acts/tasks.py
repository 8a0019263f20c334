from celery import shared_task

from approvals.acts import operations
from approvals.items.operations import record_all_breaches
from huadu_portal.clock import now
from huadu_portal.notifications.models import Sweep


# The schedule, the queues and messages under way know it by this name.
@shared_task(name="approvals.tasks.record_silences")
def record_silences():
    """What time alone decides: items accepted by silence, limits passed, opinions missing."""
    operations.deem_lapsed(now())
    record_all_breaches(now())
    operations.record_silences(now())
    Sweep.record(Sweep.Kind.SILENCE, now())
