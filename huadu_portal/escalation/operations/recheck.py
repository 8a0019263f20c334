"""When policy or calendar have changed: all that waits is looked at by the next sweep."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from huadu_portal.escalation.models import RecheckRequest
from huadu_portal.escalation.subjects import subject_types

BATCH = 1000


def request_recheck(*courses: str) -> None:
    """Have the next sweep see where all that waits stands, with policy and calendar as they
    are then; without a course, of all courses."""
    RecheckRequest.objects.bulk_create(
        RecheckRequest(course=course) for course in courses or [""]
    )


def recheck_requested(at: datetime) -> None:
    """Make due whatever waits on the requested courses; a request ends once nothing is left."""
    for request in RecheckRequest.objects.order_by("pk"):
        left = [_make_due(rows, at) for rows in _waiting_on(request.course)]
        if not any(left):
            request.delete()


def _waiting_on(course: str) -> list[QuerySet]:
    if not course:
        return [subject_type.waiting() for subject_type in subject_types()]
    return [subject_type.waiting_on(course) for subject_type in subject_types()]


def _make_due(rows: QuerySet, at: datetime) -> bool:
    """Few at a time, past those that an act holds just now: they are next time's. Whether
    some are left."""
    rows = rows.filter(Q(next_rung_at=None) | Q(next_rung_at__gt=at))
    while _make_batch_due(rows, at):
        pass
    return rows.exists()


@transaction.atomic
def _make_batch_due(rows: QuerySet, at: datetime) -> int:
    mine = rows.order_by("pk").select_for_update(of=["self"], no_key=True, skip_locked=True)
    keys = [row.pk for row in mine.only("pk")[:BATCH]]
    return rows.model.objects.filter(pk__in=keys).update(next_rung_at=at)
