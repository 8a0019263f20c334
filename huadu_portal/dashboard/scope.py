"""Of what the figures are: the rows a person may see, of one year, perhaps of one place."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from approvals.models import (
    DECIDED,
    ApprovalItem,
    ApprovalItemQuerySet,
    Breach,
    Commitment,
    JointCase,
    Status,
)
from huadu_portal.accounts.models import User
from projects.models import Project, ProjectQuerySet

# The due list looks this many days ahead, today included.
DUE_DAYS = 14
# In January and February the year that counts is still the last one.
YEAR_BEGINS_IN = 3
# What lies with a department; a ready item still lies with the firm.
IN_HAND = [Status.SUBMITTED, Status.PRE_REVIEW, Status.ACCEPTED, Status.SUSPENDED]


def figure_year(today: date) -> int:
    return today.year if today.month >= YEAR_BEGINS_IN else today.year - 1


@dataclass(frozen=True)
class Scope:
    """Whose figures, and of what. Without a user, the public's: everything, as a sum."""

    today: date
    year: int
    user: User | None = None
    town: str = ""
    industry: str = ""
    platform: str = ""

    def projects(self) -> ProjectQuerySet:
        projects = Project.objects.all()
        if self.user:
            projects = projects.visible_to(self.user)
        return projects.filter(**self._place())

    def items(self) -> ApprovalItemQuerySet:
        items = ApprovalItem.objects.all()
        if self.user:
            items = items.visible_to(self.user)
        place = {f"project__{field}": value for field, value in self._place().items()}
        return items.filter(**place)

    def _place(self) -> dict[str, str]:
        wanted = {
            "town": self.town,
            "industry": self.industry,
            "platform": self.platform,
        }
        return {field: value for field, value in wanted.items() if value}

    def started(self) -> ProjectQuerySet:
        return self.projects().started_in(self.year)

    def completed(self) -> ProjectQuerySet:
        return self.projects().completed_in(self.year)

    def joint_five(self) -> QuerySet[JointCase]:
        """Joint cases, their land registered, of the projects started in the year."""
        cases = JointCase.objects.all()
        if self.user:
            cases = cases.visible_to(self.user)
        place = {f"project__{field}": value for field, value in self._place().items()}
        started = Project.objects.started_in(self.year)
        return cases.filter(registered_at__isnull=False, project__in=started, **place)

    def closed(self) -> ApprovalItemQuerySet:
        """Decided in the year, under a promise."""
        return self.items().filter(self.is_closed)

    @property
    def is_closed(self) -> Q:
        zone = timezone.get_default_timezone()
        first, next_first = (
            datetime.combine(date(year, 1, 1), time.min, zone)
            for year in (self.year, self.year + 1)
        )
        return Q(
            status__in=DECIDED,
            due_on__isnull=False,
            decided_at__gte=first,
            decided_at__lt=next_first,
        )

    def late(self) -> ApprovalItemQuerySet:
        """Past the promised limit when decided, or before it was extended, stopped or reopened."""
        return self.closed().breached(Breach.PROMISED)

    def in_hand(self) -> ApprovalItemQuerySet:
        return self.items().filter(status__in=IN_HAND)

    def overdue(self) -> ApprovalItemQuerySet:
        return self.items().overdue(self.today)

    def missed(self) -> ApprovalItemQuerySet:
        """Items for which something was promised in writing and has not come in time."""
        return self.items().filter(pk__in=Commitment.objects.missed(self.today).values("item"))

    def commitments_missed(self) -> QuerySet:
        """What was promised for them; several may be of one item."""
        return Commitment.objects.missed(self.today).filter(item__in=self.items())

    def due(self) -> ApprovalItemQuerySet:
        return self.items().due_within(*self.days_ahead)

    @property
    def days_ahead(self) -> tuple[date, date]:
        """The first and the last day of the due list."""
        return self.today, self.today + timedelta(DUE_DAYS - 1)


def decided_day() -> TruncDate:
    return TruncDate("decided_at", tzinfo=timezone.get_default_timezone())
