"""Joint cases as figures: how long it took from the land to the last certificate."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Self

from django.db.models import Case, Count, DateTimeField, Max, Q, QuerySet, When

from approvals.models import MET, JointCase, Status
from huadu_portal.clock import civil_day
from huadu_portal.dashboard.departments import rounded
from huadu_portal.workdays.arithmetic import Calendar


def with_last_certificate(cases: QuerySet) -> QuerySet:
    """With `issued_at`, the decision on the last item that was not taken back; null while one
    is not granted."""
    still_open = Count("items", filter=~Q(items__status__in=[*MET, Status.WITHDRAWN]))
    last = Max("items__decided_at", filter=~Q(items__status=Status.WITHDRAWN))
    found = cases.annotate(still_open=still_open, last_decided_at=last)
    issued = Case(When(still_open=0, then="last_decided_at"), output_field=DateTimeField())
    return found.annotate(issued_at=issued)


def days_taken(case: JointCase, calendar: Calendar) -> int | None:
    """Working days from the registration of the land, day 0, to the last certificate."""
    if case.issued_at is None or case.registered_at is None:
        return None
    first, last = (
        calendar.roll(civil_day(moment)) for moment in (case.registered_at, case.issued_at)
    )
    return max(calendar.count(first, last), 0)


@dataclass(frozen=True)
class CaseFigure:
    """So many joint cases, how many have all certificates, and the days these took."""

    count: int = 0
    issued: int = 0
    median_days: Decimal | None = None

    @classmethod
    def of(cls, cases: Iterable[JointCase], calendar: Calendar) -> Self:
        taken = [days_taken(case, calendar) for case in cases]
        days = [each for each in taken if each is not None]
        middle = rounded(Decimal(median(days)), 1) if days else None
        return cls(len(taken), len(days), middle)
