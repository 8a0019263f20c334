"""Periodic tasks; the names by which it is queued are those of earlier releases."""

from celery import shared_task

from huadu_portal.clock import now
from huadu_portal.monitoring import calendar_watch, expired, missed_sweeps
from huadu_portal.notifications.models import Sweep
from huadu_portal.papers import operations as papers


@shared_task(name="huadu_portal.desk.tasks.watch_calendar")
def watch_calendar():
    calendar_watch.tell_of_missing_year(now())
    Sweep.record(Sweep.Kind.CALENDAR, now())


@shared_task(name="huadu_portal.desk.tasks.remove_expired")
def remove_expired():
    expired.remove_expired(now())
    Sweep.record(Sweep.Kind.EXPIRED, now())


@shared_task(name="huadu_portal.desk.tasks.watch_sweeps")
def watch_sweeps():
    """Runs in every queue, and leaves no mark: it is the one that looks for marks."""
    missed_sweeps.watch(now())


@shared_task(name="huadu_portal.desk.tasks.set_papers")
def set_papers():
    """Here, for papers know nothing of sweeps."""
    papers.set_due()
    Sweep.record(Sweep.Kind.PAPERS, now())
