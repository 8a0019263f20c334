"""Claim, commit, send, mark: no lock is held while a mail server thinks."""

import logging
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage
from django.db import transaction

from huadu_portal.clock import now
from huadu_portal.notifications.models import Delivery

logger = logging.getLogger(__name__)

State = Delivery.State
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8
# Shorter than the patience of whoever stops a worker, and far below a task's limit.
TURN = timedelta(seconds=15)


def deliver_due() -> bool:
    """Send what is due, a row at a time, so that no lease outlives its sending.

    Ends when its turn is over, also at a mail server that lets every mail wait; whether
    there was nothing left.
    """
    ends_at = now() + TURN
    while now() < ends_at:
        delivery = _claim(now())
        if delivery is None:
            return True
        _deliver(delivery)
    return False


@transaction.atomic
def _claim(at: datetime) -> Delivery | None:
    """Lease one due row; other workers pass over it."""
    delivery = (
        Delivery.objects.due(at)
        .select_for_update(of=["self"], no_key=True, skip_locked=True)
        .order_by("next_attempt_at")
        .first()
    )
    if delivery:
        delivery.state = State.LEASED
        delivery.lease_until = at + LEASE
        # Counted before sending: a row that kills its worker is given up too.
        delivery.attempts += 1
        delivery.save(update_fields=["state", "lease_until", "attempts"])
    return delivery


def _deliver(delivery: Delivery) -> None:
    if delivery.attempts > MAX_ATTEMPTS:
        return _mark(delivery, state=State.DEAD)
    try:
        _send_email(delivery)
    except SoftTimeLimitExceeded:
        # No fault of this mail; it is sent again once its lease has run out.
        raise
    except Exception:  # whatever a channel raises, the row has to say so
        logger.warning("delivery %s failed", delivery.pk, exc_info=True)
        retry_at = now() + timedelta(minutes=2**delivery.attempts)
        return _mark(delivery, state=State.PENDING, next_attempt_at=retry_at)
    return _mark(delivery, state=State.SENT, sent_at=now())


def _send_email(delivery: Delivery) -> None:
    EmailMessage(
        subject=delivery.subject,
        body=delivery.body,
        to=[delivery.to],
        # The same at every attempt, so that a repeat after a crash is recognisable.
        headers={"Message-ID": f"<delivery-{delivery.pk}@huadu-projects.example>"},
    ).send()


def _mark(delivery: Delivery, **fields) -> None:
    """Write the outcome, unless the lease ran out and another took the row."""
    Delivery.objects.filter(
        pk=delivery.pk, state=State.LEASED, attempts=delivery.attempts
    ).update(lease_until=None, **fields)
