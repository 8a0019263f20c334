"""How each department stands: what it has open, by lamp, and what it decided in time."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from approvals.models import Lamp, Status
from huadu_portal.accounts.models import Department
from huadu_portal.dashboard.scope import IN_HAND, Scope


def rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True)
class Share:
    """A part of a whole; its rate in per cent to one place, None of nothing."""

    part: int = 0
    whole: int = 0

    @property
    def rate(self) -> Decimal | None:
        return rounded(Decimal(100 * self.part) / self.whole, 1) if self.whole else None

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)


@dataclass(frozen=True)
class DepartmentRow:
    """How a department stands today, and what it closed in the year."""

    code: str
    name: str
    short_name: str
    name_en: str
    open: int
    green: int
    yellow: int
    red: int
    deep_red: int
    # Of its items, those for which a firm has missed what it promised in writing.
    missed: int
    on_time: Share
    lawful: Share

    @property
    def overdue(self) -> int:
        return self.red + self.deep_red

    @property
    def overdue_per_100(self) -> Decimal | None:
        """Overdue items of each hundred open ones; to one place."""
        return Share(self.overdue, self.open).rate


@dataclass(frozen=True)
class DepartmentStanding:
    """How many items of a department are in which status, the running ones with which lamp."""

    statuses: Counter[Status] = field(default_factory=Counter)
    lamps: Counter[Lamp] = field(default_factory=Counter)
    # The running ones by the day that was promised.
    promised: Counter[date | None] = field(default_factory=Counter)

    def due_between(self, first: date, last: date) -> int:
        return sum(
            count for day, count in self.promised.items() if day and first <= day <= last
        )


NOT_RUNNING = [status for status in Status if status != Status.ACCEPTED]


def standing_of(scope: Scope) -> dict[UUID, DepartmentStanding]:
    """Of each department that has items.

    The running ones are counted by their dates, as their index has them: of the dates there
    are few, and the lamp follows from them.
    """
    found: dict[UUID, DepartmentStanding] = defaultdict(DepartmentStanding)
    resting = scope.items().filter(status__in=NOT_RUNNING).values_list("department", "status")
    for department, status, count in resting.annotate(count=Count("*")).order_by():
        found[department].statuses[Status(status)] = count
    dates = ["due_on", "statutory_due_on", "near_on"]
    running = scope.items().running().values_list("department", *dates)
    for department, due_on, by_law, near_on, count in running.annotate(
        count=Count("*")
    ).order_by():
        its, lamp = found[department], Lamp.of_running(scope.today, near_on, due_on, by_law)
        its.statuses[Status.ACCEPTED] += count
        its.lamps[lamp] += count
        its.promised[due_on] += count
    return found


def department_rows(
    scope: Scope, standing: dict[UUID, DepartmentStanding]
) -> list[DepartmentRow]:
    """Each department that has items. Decisions and broken promises are asked for one by one,
    so that each is counted from its own few rows and not from all there are."""
    closed = _by_department(scope.closed(), "department", **IN_TIME)
    missed = _by_department(
        scope.commitments_missed(),
        "item__department",
        missed=Count("item", distinct=True),
    )
    nothing: dict[str, int] = dict.fromkeys([*IN_TIME, "missed"], 0)
    return [
        _department(
            department,
            standing[department.pk],
            **nothing | closed.get(department.pk, {}) | missed.get(department.pk, {}),
        )
        for department in Department.objects.filter(pk__in=standing).order_by("code")
    ]


LIVE_LAMPS = [lamp for lamp in Lamp if lamp != Lamp.NONE]
# Of the items decided: how many there are, and how many never missed the limit.
UNDER_LAW_TOO = Q(statutory_due_on__isnull=False)
IN_TIME = {
    "closed": Count("*"),
    "on_time": Count("due_on", filter=Q(promised_breached_on__isnull=True)),
    "under_law": Count("due_on", filter=UNDER_LAW_TOO),
    "lawful": Count("due_on", filter=UNDER_LAW_TOO & Q(statutory_breached_on__isnull=True)),
}


def _by_department(rows: QuerySet, column: str, **counts: Any) -> dict[UUID, dict[str, int]]:
    return {row.pop(column): row for row in rows.values(column).annotate(**counts).order_by()}


def _department(
    department: Department, standing: DepartmentStanding, **counts: int
) -> DepartmentRow:
    on_time = Share(counts.pop("on_time"), counts.pop("closed"))
    lawful = Share(counts.pop("lawful"), counts.pop("under_law"))
    return DepartmentRow(
        code=department.code,
        name=department.name,
        short_name=department.short_name,
        name_en=department.name_en,
        open=sum(standing.statuses[status] for status in IN_HAND),
        **{lamp.value: standing.lamps[lamp] for lamp in LIVE_LAMPS},
        on_time=on_time,
        lawful=lawful,
        **counts,
    )
