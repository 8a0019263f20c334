"""What a monitoring system has to know of the sweeps; counted anew at every question."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from huadu_portal.counts import counted
from huadu_portal.escalation.subjects import subject_types
from huadu_portal.monitoring.missed_sweeps import LATE
from huadu_portal.monitoring.models import Silence
from huadu_portal.notifications.models import Delivery, Sweep
from huadu_portal.workdays.office_hours import is_office_hour
from huadu_portal.workdays.published import calendar
from projects.models import Document


class _Sweeps:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from figures(self.at)
        except DatabaseError:
            # Its absence is a sign too; what the process itself knows is still shown.
            return


def metrics_text(at: datetime) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Sweeps(at))
    return generate_latest(registry)


def figures(at: datetime) -> list[GaugeMetricFamily]:
    ages = GaugeMetricFamily(
        "portal_sweep_age_seconds", "Since the last good sweep of a kind", labels=["kind"]
    )
    for kind, finished_at in Sweep.objects.values_list("kind", "finished_at"):
        ages.add_metric([kind], (at - finished_at).total_seconds())
    silent = GaugeMetricFamily(
        "portal_sweep_silent", "Whether a kind of sweep is not heard of", labels=["kind"]
    )
    quiet = set(Silence.objects.values_list("kind", flat=True))
    for kind in Sweep.Kind:
        silent.add_metric([kind], kind in quiet)
    return [ages, silent, *_waiting(at)]


def _waiting(at: datetime) -> Iterator[GaugeMetricFamily]:
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    yield GaugeMetricFamily(
        "portal_reminders_due", "Rungs reached, not told", reminders_due(at)
    )
    yield GaugeMetricFamily(
        "portal_deliveries_due", "Mails due and not sent", Delivery.objects.due(at).count()
    )
    yield GaugeMetricFamily("portal_deliveries_dead", "Mails given up", dead)
    # Without a scanner nothing waits for one.
    unjudged = Document.objects.unjudged().count() if settings.CLAMD_URL else 0
    yield GaugeMetricFamily("portal_files_unscanned", "Files not checked for viruses", unjudged)
    infected = Document.objects.infected().count()
    yield GaugeMetricFamily("portal_files_infected", "Files with a virus, kept back", infected)


def reminders_due(at: datetime) -> int:
    """Whose next rung a sweep should have told of, and has not; in office hours only."""
    zone, before, published = timezone.get_default_timezone(), at - LATE, calendar()
    if not all(is_office_hour(moment, published, zone) for moment in (before, at)):
        return 0
    waiting = {
        subject_type.kind: subject_type.model.objects.filter(next_rung_at__lte=before)
        for subject_type in subject_types()
    }
    return sum(counted(waiting, at_most=None).values())
