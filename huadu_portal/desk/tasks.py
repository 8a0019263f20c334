from celery import shared_task

from huadu_portal.clock import now
from huadu_portal.desk import calendar_watch, expired, silences
from huadu_portal.notifications.models import Sweep
from huadu_portal.papers import operations as papers


@shared_task
def watch_calendar():
    calendar_watch.tell_of_missing_year(now())
    Sweep.record(Sweep.Kind.CALENDAR, now())


@shared_task
def remove_expired():
    expired.remove_expired(now())
    Sweep.record(Sweep.Kind.EXPIRED, now())


@shared_task
def watch_sweeps():
    """Runs in every queue, and leaves no mark: it is the one that looks for marks."""
    silences.watch(now())


@shared_task
def set_papers():
    """Here, for papers know nothing of sweeps."""
    papers.set_due()
    Sweep.record(Sweep.Kind.PAPERS, now())
