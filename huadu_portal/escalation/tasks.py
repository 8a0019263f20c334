from celery import shared_task

from huadu_portal.clock import now
from huadu_portal.escalation import operations
from huadu_portal.notifications.models import Sweep


# The schedule, the queues and messages under way know it by this name.
@shared_task(name="approvals.tasks.remind")
def remind():
    operations.remind(now())
    Sweep.record(Sweep.Kind.REMIND, now())
