"""The time that each party held items, to the microsecond.

The spans of an item leave no gap, so that the parties' times add up to the time that has gone
by. Items run side by side: the time of several is the sum of theirs, not a project's age.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from approvals.items.models import ApprovalItem, ClockSpan, Holder
from huadu_portal.accounts.models import Department

MICROSECOND, SECOND, TENTH = timedelta(microseconds=1), timedelta(seconds=1), timedelta(1) / 10
PER_MILLE = 1000


@dataclass(frozen=True)
class Party:
    """A department by its name, a stop by its ground; the centre's own services are its."""

    holder: Holder
    department: Department | None = None
    ground: str = ""

    @classmethod
    def of(cls, span: ClockSpan, item: ApprovalItem) -> "Party":
        match Holder(span.holder):
            case Holder.DEPARTMENT if item.department.kind == Department.Kind.CENTRE:
                return cls(Holder.CENTRE)
            case Holder.DEPARTMENT:
                return cls(Holder.DEPARTMENT, department=item.department)
            case Holder.STOPPED:
                return cls(Holder.STOPPED, ground=span.ground)
            case holder:
                return cls(holder)

    @property
    def detail(self) -> str:
        """What its holder does not say already."""
        return str(self.department or ClockSpan(ground=self.ground).ground_shown)


@dataclass(frozen=True)
class Court:
    """A party's part of the time. Seconds, days and shares are rounded so that those of all
    parties add up to the rounded whole."""

    party: Party
    time: timedelta
    # Items that the party held at all.
    items: int
    seconds: int
    days: Decimal
    percent: Decimal

    @property
    def share(self) -> float:
        return float(self.percent / 100)


@dataclass(frozen=True)
class Courts:
    """Every party's part, the longest first."""

    parts: list[Court]
    elapsed: timedelta
    days: Decimal

    def days_with(self, holder: Holder) -> Decimal:
        """All departments, or all stops, together."""
        return sum((part.days for part in self.parts if part.party.holder == holder), Decimal())

    def by_holder(self) -> list[tuple[Holder, Decimal]]:
        return [(holder, self.days_with(holder)) for holder in Holder]


def items_with_time(items: QuerySet) -> QuerySet:
    """Those of which time has gone by, with what `courts_of` reads, in the order of the
    catalogue."""
    begun = items.filter(Exists(ClockSpan.objects.filter(item=OuterRef("pk"))))
    with_time = begun.select_related("approval_type", "department").prefetch_related("spans")
    return with_time.order_by("approval_type__position", "pk")


def courts_of(items: Iterable[ApprovalItem], now: datetime) -> Courts:
    """Of one item or of several; open spans last until now."""
    time: dict[Party, timedelta] = defaultdict(timedelta)
    items_of: dict[Party, set[UUID]] = defaultdict(set)
    for item in items:
        for span in item.spans.all():
            party = Party.of(span, item)
            time[party] += (span.ended_at or now) - span.started_at
            items_of[party].add(item.pk)
    parties = sorted(time, key=lambda party: time[party], reverse=True)
    elapsed = sum(time.values(), timedelta())
    weights = [time[party] // MICROSECOND for party in parties]
    seconds = apportioned(weights, elapsed // SECOND)
    tenths = apportioned(weights, round(elapsed / TENTH))
    shares = apportioned(weights, PER_MILLE)
    rounded = zip(parties, seconds, tenths, shares, strict=True)
    parts = [
        Court(
            party,
            time[party],
            len(items_of[party]),
            second,
            Decimal(tenth).scaleb(-1),
            Decimal(share).scaleb(-1),
        )
        for party, second, tenth, share in rounded
    ]
    return Courts(parts, elapsed, Decimal(sum(tenths)).scaleb(-1))


def apportioned(weights: Sequence[int], total: int) -> list[int]:
    """Whole parts of the total in proportion to the weights, by largest remainder: each is off
    by less than one, and together they are the total. Nothing where nothing weighs."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [weight * total // whole for weight in weights]
    remainders = [weight * total % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
