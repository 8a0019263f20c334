"""The morning digest: one mail per person instead of many.

Every sweep asks who has something collected before half past eight of a working day and
no digest of that day yet. A sweep that comes late makes up for it, a repeated or parallel
one finds the person locked or served.
"""

import logging
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.notifications import channels, wording
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.workdays.published import calendar

logger = logging.getLogger(__name__)

State = Delivery.State
MOMENT = time(8, 30)


def send_digests(at: datetime) -> int:
    """Write every digest that is due; how many. One that fails stops no other's."""
    moment = _moment(at)
    if moment is None:
        return 0
    return sum(_try(person, channel, moment, at) for person, channel in _waiting(moment))


def _moment(at: datetime) -> datetime | None:
    """Today's moment of digests, if it has come and today is a working day."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    if local.time() < MOMENT or not calendar().is_workday(local.date()):
        return None
    return datetime.combine(local.date(), MOMENT, local.tzinfo)


def _waiting(moment: datetime) -> list[tuple]:
    """Who has something collected, by channel, and no digest of this day."""
    served = Delivery.objects.filter(
        recipient=OuterRef("notification__recipient"),
        channel=OuterRef("channel"),
        digest_on=moment.date(),
    )
    rows = Delivery.objects.collected().filter(
        ~Exists(served), created_at__lt=moment, notification__recipient__is_active=True
    )
    return list(rows.order_by().values_list("notification__recipient", "channel").distinct())


def _try(person_id: UUID, channel: str, moment: datetime, at: datetime) -> bool:
    try:
        with transaction.atomic():
            return _write(person_id, channel, moment, at)
    except IntegrityError:
        # Another sweep has served the person since we looked.
        return False
    except Exception:  # whatever one person's rows provoke; the next sweep tries again
        logger.exception("digest failed", extra={"person": str(person_id)})
        return False


def _write(person_id: UUID, channel: str, moment: datetime, at: datetime) -> bool:
    """In a transaction of the person's own, which keeps other sweeps from their rows."""
    person = (
        User.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=person_id, is_active=True)
        .first()
    )
    if person is None or _has_digest(person, channel, moment.date()):
        return False
    messages = _messages(person, channel, moment)
    seen = [row for row, message in messages.items() if message.read_at]
    Delivery.objects.filter(pk__in=seen).update(state=State.SEEN)
    unread = {row: message for row, message in messages.items() if row not in seen}
    parts = Delivery.objects.filter(pk__in=unread)
    if not (to := channels.recipient_address(person, channel)):
        parts.update(state=State.DEAD, error=_("The recipient no longer has an address."))
    elif unread:
        digest = _digest(person, channel, to, list(unread.values()), moment, at)
        parts.update(digest=digest)
    return bool(unread and to)


def _messages(person: User, channel: str, moment: datetime) -> dict[int, Notification]:
    """What was collected for them until then, by the key of its delivery, which is locked."""
    collected = Delivery.objects.collected().filter(
        notification__recipient=person, channel=channel, created_at__lt=moment
    )
    rows = (
        collected.select_related("notification")
        .select_for_update(of=["self"], no_key=True)
        .order_by("created_at", "pk")
    )
    return {row.pk: row.notification for row in rows if row.notification}


def _has_digest(person: User, channel: str, day: date) -> bool:
    return person.digests.filter(channel=channel, digest_on=day).exists()


def _digest(
    person: User,
    channel: str,
    to: str,
    messages: list[Notification],
    moment: datetime,
    at: datetime,
) -> Delivery:
    with translation.override(person.language):
        if wording.is_short(channel):
            body = wording.digest_in_brief(len(messages))
        else:
            said = {"name": str(person), "role": person.role}
            # Others may see a telephone: what a person wrote goes by mail alone.
            quotes = channel == Delivery.Channel.EMAIL
            body = wording.digest_mail(messages, **said, quotes=quotes, at=at)
        subject = wording.digest_subject(messages)
    return Delivery.objects.create(
        recipient=person,
        digest_on=moment.date(),
        channel=channel,
        to=to,
        subject=subject,
        body=body,
        created_at=at,
        next_attempt_at=at,
    )
