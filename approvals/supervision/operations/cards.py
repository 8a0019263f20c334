"""预警, 黄牌, 红牌, 督办: shown by rungs and by people, appealed against, cancelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from approvals.items.models import ApprovalItem
from approvals.items.operations.reasons import required_text
from approvals.supervision.models import Card
from approvals.supervision.operations.notices import tell_card, tell_supervision
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.escalation.models import CardLevel
from huadu_portal.escalation.subjects import ToldStep
from huadu_portal.notifications.models import Kind
from huadu_portal.rows import insert, key_array

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class CardedStep:
    """A step that is told and shows a card: for which item, and to which department."""

    item: ApprovalItem
    department_id: UUID
    told: ToldStep

    @property
    def level(self) -> str:
        return self.told.due.step.card

    @property
    def delay(self) -> tuple:
        """One delay shows one card of a level (docs/decisions/0016)."""
        return self.item.pk, self.told.course.code, self.level


def show_cards(carded: Sequence[CardedStep], cause: Card.Cause, *, at: datetime) -> None:
    """The cards of steps that are told."""
    shown = shown_already(each.item for each in carded)
    # A clock that has stood still meanwhile tells its steps anew; the delay is the same.
    new = [each for each in carded if shown.get(each.delay, NEVER) < each.told.due.at]
    insert(
        Card(
            department_id=each.department_id,
            item_id=each.item.pk,
            level=each.level,
            cause=cause,
            event_number=each.item.version,
            reminder_id=each.told.reminder_id,
            raised_at=at,
        )
        for each in new
    )


def shown_already(items: Iterable[ApprovalItem]) -> dict[tuple, datetime]:
    """When the last standing card of a course and level was shown for each item."""
    of_items = key_array(item.pk for item in items)
    cards = Card.objects.standing().filter(item__in=of_items, reminder__isnull=False)
    rows = cards.order_by("raised_at").values_list(
        "item", "reminder__course", "level", "raised_at"
    )
    return {(item, course, level): at for item, course, level, at in rows}


def show_card(
    item: ApprovalItem,
    level: CardLevel,
    cause: Card.Cause,
    *,
    by: User,
    at: datetime,
    department_id: UUID | None = None,
) -> Card:
    """By an act of a person, after its event; the caller holds the item. To its department, if
    no other one is named."""
    return Card.objects.create(
        department_id=department_id or item.department_id,
        item=item,
        level=level,
        cause=cause,
        event_number=item.version,
        raised_at=at,
        raised_by=by,
    )


def show_second_correction(item: ApprovalItem, *, by: User, at: datetime) -> None:
    """A department that asks a firm twice gets a red card; its heads and the centre's know."""
    show_card(item, CardLevel.RED, Card.Cause.SECOND_CORRECTION, by=by, at=at)
    tell_supervision(item, at=at)


@operation
def appeal(card: Card, *, by: User, at: datetime, text: str) -> Card:
    """The department's head says why it should not stand; once, while it stands."""
    card.appeal, card.appealed_at, card.appealed_by = required_text(text), at, by
    card.save()
    tell_card(card, Kind.CARD_APPEALED, at=at, note=card.appeal)
    return card


@operation
def decide(card: Card, *, by: User, at: datetime, cancel: bool, text: str) -> Card:
    """The centre's head answers an appeal: the card is cancelled, or stands."""
    card.decision, card.decided_at, card.decided_by = required_text(text), at, by
    if cancel:
        _cancel(card, by=by, at=at, reason=card.decision)
    card.save()
    tell_card(card, Kind.CARD_DECIDED, at=at, note=card.decision)
    return card


@operation
def cancel(card: Card, *, by: User, at: datetime, text: str) -> Card:
    """Without an appeal: it was shown by mistake. It stays in the history, with the reason."""
    _cancel(card, by=by, at=at, reason=required_text(text))
    card.save()
    tell_card(card, Kind.CARD_DECIDED, at=at, note=card.cancelled_because)
    return card


def _cancel(card: Card, *, by: User, at: datetime, reason: str) -> None:
    card.cancelled_at, card.cancelled_by, card.cancelled_because = at, by, reason
