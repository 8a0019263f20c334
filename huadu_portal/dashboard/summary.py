"""What the dashboard and the home page say, from the rows it counts. Money is exact, in 万元.

`public_figures` is what the public may know at a glance. `summary` is what leaders see: of a
`Scope`, the rows a person may see, of one year and perhaps one town, industry or platform.
A figure that is so many items or projects is a row of `figures.py`; rates and sums are worked
out here. A figure and the list behind it start from the same scope, so that they cannot differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from approvals.models import (
    ApprovalType,
    Lamp,
    Status,
)
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.dashboard.cases import CaseFigure, with_last_certificate
from huadu_portal.dashboard.departments import (
    DepartmentRow,
    DepartmentStanding,
    Share,
    department_rows,
    rounded,
    standing_of,
)
from huadu_portal.dashboard.figures import LISTINGS, TILES
from huadu_portal.dashboard.scope import (
    Scope,
    decided_day,
    figure_year,
)
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.models import Unit
from huadu_portal.workdays.published import calendar
from projects.choices import Industry, Town
from projects.models import Phase, Project, ProjectQuerySet

NOTHING = Decimal(0)
WAN_PER_YI = 10_000


def public_figures(today: date) -> dict:
    """The latest year up to today in which anything was started or completed."""
    year = _latest_year(today)
    return {
        "year": year,
        "is_this_year": year == today.year,
        "started": _sums(Project.objects.started_in(year)),
        "completed": _sums(Project.objects.completed_in(year)),
    }


def _latest_year(today: date) -> int:
    latest = Project.objects.aggregate(day=Greatest(Max("started_on"), Max("completed_on")))[
        "day"
    ]
    return min(latest.year, today.year) if latest else today.year


def _sums(projects: ProjectQuerySet) -> dict[str, Decimal]:
    return projects.aggregate(
        number=Count("pk"),
        investment_wan=Coalesce(Sum("investment_wan"), NOTHING),
        annual_output_wan=Coalesce(Sum("annual_output_wan"), NOTHING),
    )


@dataclass(frozen=True)
class Total:
    """So many projects, what they invest and what they will make in a year."""

    count: int = 0
    investment_wan: Decimal = NOTHING
    output_wan: Decimal = NOTHING

    def __add__(self, other: "Total") -> "Total":
        return Total(
            self.count + other.count,
            self.investment_wan + other.investment_wan,
            self.output_wan + other.output_wan,
        )

    @property
    def investment_yi(self) -> Decimal:
        return to_yi(self.investment_wan)

    @property
    def output_yi(self) -> Decimal:
        return to_yi(self.output_wan)


@dataclass(frozen=True)
class PhaseRow:
    phase: Phase
    total: Total


@dataclass(frozen=True)
class PlaceRow:
    """A town or an industry: started and completed in the year, and all there is."""

    place: Town | Industry
    started: Total
    completed: Total
    all: Total


@dataclass(frozen=True)
class SpeedUp:
    """Working days saved against the law: over the default catalogue and in fact."""

    statutory_days: int
    promised_days: int
    promised: Decimal | None
    # Over the closed items: the law's days, those used.
    allowed_days: int
    used_days: int
    real: Decimal | None


@dataclass(frozen=True)
class Summary:
    year: int
    as_of: datetime
    started: Total
    completed: Total
    joint_five: CaseFigure
    on_time: Share
    lawful: Share
    speed_up: SpeedUp
    # Of the lists that have a tile, by name.
    counts: dict[str, int]
    # Within the days of the due list.
    due: int
    # Of the requests that ask for an answer; they come with a later issue.
    answered_share: Decimal | None
    phases: list[PhaseRow]
    towns: list[PlaceRow]
    industries: list[PlaceRow]
    departments: list[DepartmentRow]
    lamps: dict[Lamp, int]
    statuses: dict[Status, int]

    @property
    def on_time_rate(self) -> Decimal | None:
        return self.on_time.rate

    @property
    def statutory_rate(self) -> Decimal | None:
        return self.lawful.rate


def to_yi(wan: Decimal) -> Decimal:
    """万元 in 亿元, to the second place."""
    return rounded(Decimal(wan) / WAN_PER_YI, 2)


def summary(
    *,
    at: datetime,
    user: User | None = None,
    year: int | None = None,
    town: str = "",
    industry: str = "",
    platform: str = "",
) -> Summary:
    """All figures as of `at`, of the rows `user` may see; without one, of all."""
    today = civil_day(at)
    return summarise(
        Scope(today, year or figure_year(today), user, town, industry, platform), at=at
    )


def summarise(scope: Scope, *, at: datetime) -> Summary:
    standing, published = standing_of(scope), calendar()
    departments = department_rows(scope, standing)
    projects = _project_rows(scope)
    return Summary(
        year=scope.year,
        as_of=at,
        started=_sum(projects, "started"),
        completed=_sum(projects, "completed"),
        joint_five=CaseFigure.of(with_last_certificate(scope.joint_five()), published),
        on_time=sum((row.on_time for row in departments), Share()),
        lawful=sum((row.lawful for row in departments), Share()),
        speed_up=_speed_up(scope, published),
        counts={name: _count(name, scope, departments) for name in TILES},
        due=sum(each.due_between(*scope.days_ahead) for each in standing.values()),
        answered_share=None,
        phases=[PhaseRow(phase, _sum(_of(projects, phase=phase), "all")) for phase in Phase],
        towns=[_place(town, _of(projects, town=town)) for town in Town],
        industries=[_place(each, _of(projects, industry=each)) for each in Industry],
        departments=departments,
        lamps={
            lamp: sum(getattr(row, lamp.value) for row in departments)
            for lamp in Lamp
            if lamp != Lamp.NONE
        },
        statuses=_statuses(standing),
    )


def _count(name: str, scope: Scope, departments: list[DepartmentRow]) -> int:
    if TILES[name].by_department:
        return sum(getattr(row, name) for row in departments)
    return LISTINGS[name].rows(scope).count()


def _total(name: str, condition: Q | None = None) -> dict:
    """The three aggregates of a Total, under a prefix; read back by `_read`."""
    return {
        f"{name}_count": Count("pk", filter=condition),
        f"{name}_investment": Coalesce(Sum("investment_wan", filter=condition), NOTHING),
        f"{name}_output": Coalesce(Sum("annual_output_wan", filter=condition), NOTHING),
    }


def _read(row: dict, name: str) -> Total:
    return Total(row[f"{name}_count"], row[f"{name}_investment"], row[f"{name}_output"])


def total_of(projects: ProjectQuerySet) -> Total:
    return _read(projects.aggregate(**_total("all")), "all")


def _project_rows(scope: Scope) -> list[dict]:
    """What the projects come to by phase, town and industry: few rows, read once for all
    figures of projects."""
    started = Q(started_on__year=scope.year)
    rows = scope.projects().values("phase", "town", "industry")
    return list(
        rows.annotate(
            **_total("started", started),
            **_total("completed", Q(completed_on__year=scope.year)),
            **_total("all"),
        ).order_by()
    )


def _of(rows: Iterable[dict], **where: str) -> list[dict]:
    """Those of a phase, a town or an industry."""
    ((field, value),) = where.items()
    return [row for row in rows if row[field] == value]


def _sum(rows: Iterable[dict], name: str) -> Total:
    return sum((_read(row, name) for row in rows), Total())


def _place(place: Town | Industry, rows: list[dict]) -> PlaceRow:
    return PlaceRow(place, *(_sum(rows, name) for name in ("started", "completed", "all")))


def _statuses(standing: dict[UUID, DepartmentStanding]) -> dict[Status, int]:
    return {
        status: sum(each.statuses[status] for each in standing.values()) for status in Status
    }


# A limit of the law in working days, and not one that is met on receipt.
UNDER_LAW = {"statutory_days__gt": 0, "statutory_unit": Unit.WORKING}


def _speed_up(scope: Scope, published: Calendar) -> SpeedUp:
    law = ApprovalType.objects.filter(
        is_default=True, promised_unit=Unit.WORKING, **UNDER_LAW
    ).aggregate(
        statutory=Coalesce(Sum("statutory_days"), 0),
        promised=Coalesce(Sum("promised_days"), 0),
    )
    allowed, used = _days_of_closed(scope, published)
    return SpeedUp(
        law["statutory"],
        law["promised"],
        _saved(law["promised"], law["statutory"]),
        allowed,
        used,
        _saved(used, allowed),
    )


def _days_of_closed(scope: Scope, published: Calendar) -> tuple[int, int]:
    """Working days the law allowed the closed items, and those they took.

    Counted per pair of days, of which a year has few, however many items there are.
    """
    zone = timezone.get_default_timezone()
    under_law = {f"approval_type__{field}": value for field, value in UNDER_LAW.items()}
    pairs = (
        scope.closed()
        .filter(**under_law)
        .annotate(first=TruncDate("accepted_at", tzinfo=zone), last=decided_day())
        .values("first", "last")
        .annotate(count=Count("pk"), allowed=Sum("approval_type__statutory_days"))
        .order_by()
    )
    allowed = used = 0
    for pair in pairs:
        day_zero = published.roll(pair["first"])
        taken = max(published.count(day_zero, published.roll(pair["last"])), 0)
        allowed += pair["allowed"]
        used += pair["count"] * taken
    return allowed, used


def _saved(used: int, allowed: int) -> Decimal | None:
    """In per cent of what was allowed, to one place."""
    if not allowed:
        return None
    return rounded(100 - Decimal(100 * used) / allowed, 1)
