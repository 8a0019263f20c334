from celery import shared_task

from huadu_portal.clock import now
from huadu_portal.notifications.models import Sweep
from projects import operations


@shared_task
def scan_files():
    is_done = operations.scan_due(now())
    Sweep.record(Sweep.Kind.SCANS, now())
    return is_done


@shared_task
def remove_stray_files():
    operations.remove_stray_files(now())
    Sweep.record(Sweep.Kind.STRAYS, now())
