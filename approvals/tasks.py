from celery import shared_task

from approvals import operations
from huadu_portal.clock import now


@shared_task
def remind():
    operations.remind(now())
