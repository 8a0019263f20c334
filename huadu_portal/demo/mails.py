"""What became of the demonstration's mails: sent, collected in digests, and two mishaps."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import F

from huadu_portal.accounts.addresses import flag_bounced
from huadu_portal.demo.days import DemoDays
from huadu_portal.notifications.delivery import settle_parts
from huadu_portal.notifications.digests import send_digests
from huadu_portal.notifications.models import Delivery, Notification

State = Delivery.State
# In working days: what is younger is still unread.
UNREAD = 3
SOON = timedelta(seconds=20)


def finish_mails(days: DemoDays, zone: tzinfo) -> None:
    """Old messages have been read; of the latest some went with the last digest."""
    since = datetime.combine(days.ago(UNREAD), time.min, zone)
    _long_ago(since)
    _last_digest(datetime.combine(days.ago(1), time(8, 31), zone))
    _mishaps()


def _long_ago(since: datetime) -> None:
    old = Notification.objects.filter(created_at__lt=since)
    old.update(read_at=F("created_at") + timedelta(hours=2))
    mails = Delivery.objects.filter(created_at__lt=since)
    mails.filter(state=State.COLLECTED).update(state=State.SEEN)
    sent = {"state": State.SENT, "attempts": 1, "sent_at": F("created_at") + SOON}
    mails.filter(state=State.PENDING).update(**sent)


def _last_digest(at: datetime) -> None:
    send_digests(at)
    for digest in Delivery.objects.filter(digest_on=at.date()):
        sent = {"state": State.SENT, "attempts": 1, "sent_at": at + SOON}
        Delivery.objects.filter(pk=digest.pk).update(**sent)
        settle_parts(digest, **sent)


def _mishaps() -> None:
    """One mail that failed and is tried again, one whose address is refused.

    Of people without an account of the demonstration, whom the banner does not disturb.
    """
    of_firms = Delivery.objects.filter(
        state=State.SENT, digest=None, notification__recipient__username__startswith="firm"
    )
    for mail, change in zip(of_firms.order_by("-created_at", "pk"), _CHANGES, strict=False):
        Delivery.objects.filter(pk=mail.pk).update(sent_at=None, **change)
        if change["state"] == State.DEAD:
            flag_bounced(mail.to, reason=change["error"], at=mail.created_at + SOON)


_CHANGES: list[dict[str, Any]] = [
    {"state": State.DEAD, "attempts": 1, "error": "550 5.1.1 No such user here"},
    {
        "state": State.PENDING,
        "attempts": 6,
        "error": "451 4.7.1 Try again later",
        "next_attempt_at": F("created_at") + timedelta(days=30),
    },
]
