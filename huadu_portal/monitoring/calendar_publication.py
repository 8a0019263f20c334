"""Publishing a year's calendar: the days, what they move, and a row that says who did it.

The calendar stands below the items that count by it, so the act that changes both is the
desk's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from approvals.items.operations import recalculation
from approvals.items.operations.recalculation import Move
from approvals.models import ApprovalItem
from huadu_portal.accounts.models import User
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation.operations import request_recheck
from huadu_portal.rows import field_of
from huadu_portal.workdays import operations as workdays
from huadu_portal.workdays import published, rules
from huadu_portal.workdays.models import CalendarChange, PublishedYear
from huadu_portal.workdays.notices import Notice
from huadu_portal.workdays.operations import DayChange

DESCRIBED_AT_ONCE = 500


@dataclass(frozen=True)
class Publication:
    """What a notice changes: days of the calendar and due dates of items."""

    notice: Notice
    # The calendar that it replaces.
    version: UUID | None
    days: list[DayChange]
    moves: list[Move]
    # Whether the year has a notice already, which this one corrects.
    is_of_published_year: bool

    @cached_property
    def fingerprint(self) -> str:
        """Equal for two previews that show the same; a confirmation names it."""
        digest = sha256(repr((self.version, self.notice, self.days)).encode())
        for move in self.moves:
            digest.update(repr(move).encode())
        return digest.hexdigest()


class Outdated(NotAllowed):
    """The calendar or a due date is no longer what the preview showed."""

    def __init__(self):
        super().__init__(
            _("The calendar or the due dates have changed since this preview. See it again.")
        )


def preview(notice: Notice) -> Publication:
    """What `publish` would change now; writes nothing. Raises ValidationError."""
    rules.check_notice(notice)
    return _publication(notice, recalculation.moves(published.with_notice(notice), now()))


@transaction.atomic
def publish(
    notice: Notice, *, by: User | None, at: datetime, seen: str | None = None
) -> CalendarChange:
    """Make a notice its year's calendar and every due date follow, all of it or nothing.

    `seen` is the fingerprint of the preview that was agreed to; None agrees to anything.
    Acts on items wait meanwhile. Raises ValidationError, Outdated, or NotAllowed when there
    is nothing to change.
    """
    recalculation.hold_all_items()
    rules.check_notice(notice)
    if workdays.is_in_force(notice):
        raise NotAllowed(_("This is the calendar in force already."))
    moved = recalculation.recompute_all(published.with_notice(notice), at)
    # Whatever waits may have its next rung on another day now, whether or not it has moved.
    request_recheck()
    change = _publication(notice, moved)
    if seen not in {None, change.fingerprint}:
        raise Outdated
    workdays.replace_year(notice, at=at)
    version_after = published.version()
    assert version_after is not None, "a calendar was just put in force"
    return CalendarChange.objects.create(
        year=notice.year,
        at=at,
        by=by,
        source_notice=notice.source,
        days=[[day.date.isoformat(), day.is_workday, day.name] for day in change.days],
        items_moved=len(moved),
        version_before=change.version,
        version_after=version_after,
    )


def _publication(notice: Notice, moved: Iterable[Move]) -> Publication:
    known = PublishedYear.objects.filter(year=notice.year).exists()
    changed = workdays.changes(notice)
    return Publication(notice, published.version(), changed, list(moved), known)


@dataclass(frozen=True)
class ShownMove:
    """A move with the names that a person knows it by."""

    item: ApprovalItem
    move: Move

    @property
    def due_dates(self) -> list[dict]:
        return [
            {
                "label": field_of(ApprovalItem, due_date.field).verbose_name,
                "old": due_date.old,
                "new": due_date.new,
            }
            for due_date in self.move.due_dates
        ]


def shown_moves(moves: Iterable[Move]) -> Iterator[ShownMove]:
    """The moves with their items, few at a time."""
    waiting = iter(moves)
    while batch := list(islice(waiting, DESCRIBED_AT_ONCE)):
        items = ApprovalItem.objects.select_related("project", "approval_type")
        found = items.in_bulk([move.item_id for move in batch])
        yield from (ShownMove(found[move.item_id], move) for move in batch)
