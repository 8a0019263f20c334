"""The only place that queues messages: rows first, a bell after the commit."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from huadu_portal.accounts.models import User
from huadu_portal.notifications import tasks
from huadu_portal.notifications.models import Delivery, Kind, Notification


def notify(
    recipients: Iterable[User],
    kind: Kind,
    *,
    params: dict[str, str],
    url: str,
    event_key: str,
    at: datetime,
    note: str = "",
) -> None:
    """Write a message and its mail for each, in the caller's transaction, once per key.

    `note` is what a person wrote in the act (reasons, what is missing); the mail quotes it.
    """
    with transaction.atomic():
        written = _write(recipients, kind, params, url, event_key, at)
        _mail(written, at, note)


def _write(recipients, kind, params, url, event_key, at) -> list[Notification]:
    """The notifications that were not there yet."""
    rows = [
        Notification(
            recipient=recipient,
            kind=kind,
            params=params,
            url=url,
            event_key=event_key,
            created_at=at,
        )
        for recipient in {user.pk: user for user in recipients}.values()
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    there = Notification.objects.filter(pk__in=[row.pk for row in rows])
    written = set(there.values_list("pk", flat=True))
    return [row for row in rows if row.pk in written]


def _mail(notifications: list[Notification], at: datetime, note: str) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            notification=notification,
            to=notification.recipient.email,
            created_at=at,
            next_attempt_at=at,
            **_letter(notification, note),
        )
        for notification in notifications
        if notification.recipient.email
    )
    if notifications:
        transaction.on_commit(tasks.doorbell, robust=True)


def _letter(notification: Notification, note: str) -> dict[str, str]:
    """Subject and text in the recipient's language."""
    with translation.override(notification.recipient.language):
        text = render_to_string(
            "notifications/mail.txt",
            {
                "notification": notification,
                "note": note,
                "link": f"{settings.SITE_URL}{notification.url}",
            },
        )
        return {"subject": notification.title[:300], "body": text}


def send_account_mail(to: str, subject: str, body: str, *, at: datetime) -> None:
    """Mail that is no message about work: confirm an address, reset a password."""
    Delivery.objects.create(
        to=to, subject=subject, body=body, created_at=at, next_attempt_at=at
    )
    transaction.on_commit(tasks.doorbell, robust=True)


def read(notification: Notification, *, at: datetime) -> None:
    """Mark as read; a second reading changes nothing."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at)


def read_all(user: User, *, at: datetime) -> int:
    return Notification.objects.visible_to(user).unread().update(read_at=at)
