"""Claim, commit, send, mark: no lock is held while a mail server is waited for."""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huadu_portal.accounts.addresses import flag_bounced
from huadu_portal.clock import now
from huadu_portal.notifications import channels, sealed
from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.policy import end_of_quiet

logger = logging.getLogger(__name__)

State = Delivery.State
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8
# Shorter than the time a worker is given to stop, and far below a task's limit.
TURN = timedelta(seconds=15)


def deliver_due() -> bool:
    """Send what is due, a row at a time, so that no lease outlives its sending.

    Ends when its turn is over, also at a mail server that lets every mail wait; whether
    there was nothing left.
    """
    _erase_ended(now())
    ends_at = now() + TURN
    while now() < ends_at:
        delivery = _claim(now())
        if delivery is None:
            return True
        if delivery.state == State.LEASED:
            _deliver(delivery)
    return False


def _erase_ended(at: datetime) -> None:
    """Of account mails whose links open nothing any more, the text."""
    Delivery.objects.sealed_before(at - sealed.links_end()).update(sealed_body="")


@transaction.atomic
def _claim(at: datetime) -> Delivery | None:
    """Lease one due row, or let it wait for the end of its reader's quiet hours; other
    workers pass over it."""
    delivery = (
        Delivery.objects.due(at)
        .select_for_update(of=["self"], no_key=True, skip_locked=True)
        .select_related("notification__recipient", "recipient")
        .order_by("next_attempt_at")
        .first()
    )
    if delivery and (until := _quiet_until(delivery, at)):
        delivery.state, delivery.next_attempt_at = State.PENDING, until
        delivery.lease_until = None
        delivery.save(update_fields=["state", "next_attempt_at", "lease_until"])
    elif delivery:
        delivery.state = State.LEASED
        delivery.lease_until = at + LEASE
        # Counted before sending: a row that kills its worker is given up too.
        delivery.attempts += 1
        delivery.save(update_fields=["state", "lease_until", "attempts"])
    return delivery


def _quiet_until(delivery: Delivery, at: datetime) -> datetime | None:
    """Account mail has no reader but an address, and never waits."""
    reader = delivery.reader
    if reader is None:
        return None
    local = timezone.localtime(at, timezone.get_default_timezone())
    return end_of_quiet(local, reader.quiet_from, reader.quiet_until)


def _deliver(delivery: Delivery) -> None:
    if delivery.attempts > MAX_ATTEMPTS:
        return _mark(
            delivery,
            state=State.DEAD,
            error=delivery.error or _("Delivery failed repeatedly and has been stopped."),
        )
    if not (delivery.body or delivery.sealed_body):
        return _mark(delivery, state=State.DEAD, error=_("The link in the mail has expired."))
    if not channels.leads_out(delivery.channel):
        return _mark(delivery, state=State.UNSENT, error="")
    try:
        channels.send(delivery)
    except channels.AddressRefused as refusal:
        return _give_up(delivery, str(refusal))
    except sealed.Unreadable:
        return _mark(delivery, state=State.DEAD, error=_("Its text cannot be decrypted."))
    except SoftTimeLimitExceeded:
        # No fault of this mail; it is sent again once its lease has run out.
        raise
    except Exception as error:  # whatever a channel raises, the row has to say so
        logger.warning("delivery %s failed", delivery.pk, exc_info=True)
        return _try_later(delivery, error)
    # The demonstration sends nothing: mails are read in the outbox.
    is_kept = settings.DEMO or not delivery.is_account_mail
    erased = {} if is_kept else {"body": "", "sealed_body": ""}
    return _mark(delivery, state=State.SENT, sent_at=now(), error="", **erased)


def _give_up(delivery: Delivery, reason: str) -> None:
    """Another attempt would be refused too; the person has to give another address."""
    _mark(delivery, state=State.DEAD, error=reason)
    flag_bounced(delivery.to, reason=reason, at=now())


def _try_later(delivery: Delivery, error: Exception) -> None:
    # What an unforeseen exception says may hold a secret; its name does not.
    said = str(error) if isinstance(error, channels.SendingFailed) else type(error).__name__
    retry_at = now() + timedelta(minutes=2**delivery.attempts)
    reason = said[: channels.REASON_AT_MOST]
    _mark(delivery, state=State.PENDING, next_attempt_at=retry_at, error=reason)


@transaction.atomic
def _mark(delivery: Delivery, **fields: Any) -> None:
    """Write the outcome, unless the lease ran out and another took the row."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, state=State.LEASED, attempts=delivery.attempts
    )
    if mine.update(lease_until=None, **fields) and fields["state"] != State.PENDING:
        settle_parts(delivery, **fields)


def settle_parts(delivery: Delivery, **fields: Any) -> None:
    """What went out within a digest shares its fate."""
    if delivery.digest_on:
        delivery.parts.update(**fields)
