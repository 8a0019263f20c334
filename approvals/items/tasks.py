from celery import shared_task

from approvals.items import operations
from huadu_portal.clock import now
from huadu_portal.notifications.models import Sweep


# The schedule, the queues and messages under way know it by this name.
@shared_task(name="approvals.tasks.record_heads")
def record_heads():
    operations.record_heads(now())
    Sweep.record(Sweep.Kind.HEADS, now())
