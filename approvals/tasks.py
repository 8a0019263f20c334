from celery import shared_task

from approvals import operations
from huadu_portal.clock import now
from huadu_portal.notifications.models import Sweep


@shared_task
def remind():
    operations.remind(now())
    Sweep.record(Sweep.Kind.REMIND, now())
