from celery import shared_task

from huadu_portal.clock import now
from huadu_portal.notifications.models import Sweep
from projects import operations
from projects.operations import previews, scans


@shared_task
def render_previews():
    is_done = operations.render_previews()
    Sweep.record(Sweep.Kind.PREVIEWS, now())
    if not is_done:
        # Behind what else waits in the queue. The sweeper comes back by itself.
        previews.wake_worker()


@shared_task
def scan_files():
    is_done = operations.scan_due(now())
    Sweep.record(Sweep.Kind.SCANS, now())
    if not is_done:
        scans.wake_worker()


@shared_task
def remove_stray_files():
    operations.remove_old_chosen_files(now())
    operations.remove_orphaned_files(now())
    Sweep.record(Sweep.Kind.STRAYS, now())
