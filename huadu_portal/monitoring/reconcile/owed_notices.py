"""I5: what is owed to somebody is on its way, and nothing on its way is stuck."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from huadu_portal.monitoring.reconcile.finding import Finding, of
from huadu_portal.notifications.models import Delivery, Notification

# Named here anew, whatever people may choose: 行政许可法第32、38、44条 to the firm, and what
# is red to the officials.
TO_FIRMS = [
    *("item_accepted", "item_deemed", "item_correction", "item_declined", "item_granted"),
    *("item_refused", "item_reopened", "item_delivered", "item_suspended", "item_resumed"),
    *("item_extended", "item_closed"),
]
RED = ["card_red", "item_silent", "order_given"]
FIRM = "enterprise"
# Two periods of the sweep: past that, somebody should have tried.
PATIENCE = timedelta(seconds=60)


def notices_without_mail() -> Iterator[Finding]:
    """Only of people who had an address by then: firms sign up with one, of others an
    earlier mail says so."""
    mails = Delivery.objects.filter(channel="email")
    mail = mails.filter(notification=OuterRef("pk"))
    earlier = mails.filter(
        notification__recipient=OuterRef("recipient"), created_at__lte=OuterRef("created_at")
    )
    owed = Notification.objects.filter(
        Q(kind__in=TO_FIRMS, recipient__role=FIRM) | Q(kind__in=RED)
    )
    reachable = owed.exclude(recipient__email="").filter(
        Q(recipient__role=FIRM) | Exists(earlier)
    )
    for notice in reachable.filter(~Exists(mail)).only("pk").iterator():
        yield of("I5", notice, "It is owed by mail, and there is none.")


def stuck(at: datetime) -> Iterator[Finding]:
    before = at - PATIENCE
    waiting = Delivery.objects.filter(
        Q(state="pending", next_attempt_at__lt=before)
        | Q(state="leased", lease_until__lt=before)
    )
    for delivery in waiting.only("pk", "state").iterator():
        yield of("I5", delivery, f"It is {delivery.state} past its time.")
