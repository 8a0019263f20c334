"""What comes with the portal as data: the calendar's years, the catalogue, the ladders."""

from datetime import datetime

from approvals.catalogue.operations import Gained
from approvals.packaged import load_catalogue
from huadu_portal.monitoring.calendar_publication import publish
from huadu_portal.workdays import notices
from huadu_portal.workdays import operations as workdays
from huadu_portal.workdays.models import PublishedYear


def load_packaged(*, at: datetime) -> Gained:
    """Add what the packaged data has gained; what is there stays as it is."""
    years = _load_years(at)
    gained = load_catalogue(at=at)
    gained.added[:0] = [f"calendar of {year}" for year in years]
    return gained


def _load_years(at: datetime) -> list[int]:
    """A year that is new is published, so that due dates follow.

    Each in a transaction of its own: a publication holds all items, and nothing before.
    """
    known = set(PublishedYear.objects.values_list("year", flat=True))
    new = [notice for notice in notices.packaged() if notice.year not in known]
    if known:
        for notice in new:
            publish(notice, by=None, at=at)
    else:
        workdays.load_packaged_years(at=at)
    return [notice.year for notice in new]
