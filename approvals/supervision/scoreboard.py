"""Cards by department over a period: per hundred items, so that much work is no fault."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone

from approvals.items.models import ApprovalItem
from approvals.supervision.models import Card
from huadu_portal.accounts.models import Department, User
from huadu_portal.escalation.models import CardLevel


@dataclass
class Score:
    """One department: how many items it has accepted, how many of them missed a limit, and its
    standing cards by level."""

    department: Department
    items: int = 0
    # Of the items, those that were ever past the promised, and past the statutory limit.
    promised_missed: int = 0
    statutory_missed: int = 0
    cards: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        return sum(self.cards.values())

    def count(self, level: str) -> int:
        return self.cards.get(level, 0)

    @property
    def per_hundred(self) -> float | None:
        """None: it has accepted nothing, so there is nothing to measure by."""
        return round(100 * self.total / self.items, 1) if self.items else None

    @property
    def counts(self) -> list[tuple[str, int]]:
        """By level, the lowest first."""
        return [(str(level.label), self.count(level)) for level in CardLevel]


def scores(user: User, year: int) -> list[Score]:
    """Of the departments one may see, the most cards per hundred items first.

    Items accepted, and cards shown, in the calendar year of the district; a cancelled card
    counts for nothing. Two statements.
    """
    zone = timezone.get_default_timezone()
    first, after = (
        datetime.combine(date(y, 1, 1), datetime.min.time(), zone) for y in (year, year + 1)
    )
    found = {department.pk: Score(department) for department in Department.objects.all()}
    items = ApprovalItem.objects.visible_to(user).filter(
        accepted_at__gte=first, accepted_at__lt=after
    )
    counted = ["pk", "promised_breached_on", "statutory_breached_on"]
    for pk, *counts in (
        items.values_list("department").annotate(*map(Count, counted)).order_by()
    ):
        its = found[pk]
        its.items, its.promised_missed, its.statutory_missed = counts
    cards = Card.objects.visible_to(user).standing()
    cards = cards.filter(raised_at__gte=first, raised_at__lt=after)
    grouped = cards.values_list("department", "level").annotate(Count("pk")).order_by()
    for pk, level, count in grouped:
        found[pk].cards[level] = count
    shown = [score for score in found.values() if score.items or score.total]
    return sorted(shown, key=lambda score: (-(score.per_hundred or 0), score.department.code))
