"""The only place that queues messages: rows first, a bell after the commit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications import tasks
from huadu_portal.notifications.models import Delivery, Kind, Notification


@dataclass(frozen=True)
class Message:
    """What is to be told, to whom. `event_key` names the event and its epoch.

    `note` is what a person wrote in the act (reasons, what is missing); the mail quotes it.
    """

    recipients: Iterable[User]
    kind: Kind
    params: Mapping[str, str]
    url: str
    event_key: str
    note: str = ""


def notify(recipients: Iterable[User], kind: Kind, *, at: datetime, **message) -> None:
    """Write one message and its mail for each, in the caller's transaction."""
    notify_all([Message(recipients, kind, **message)], at=at)


@transaction.atomic
def notify_all(messages: Iterable[Message], *, at: datetime) -> None:
    """Write many messages in as few statements as one; each once per recipient and key."""
    rows = {
        (recipient.pk, message.event_key): (_notification(recipient, message, at), message)
        for message in messages
        for recipient in message.recipients
    }
    notifications = [notification for notification, _ in rows.values()]
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    there = Notification.objects.filter(pk__in=[row.pk for row in notifications])
    written = set(there.values_list("pk", flat=True))
    _mail([(row, message) for row, message in rows.values() if row.pk in written], at)


def _notification(recipient: User, message: Message, at: datetime) -> Notification:
    return Notification(
        recipient=recipient,
        kind=message.kind,
        params=message.params,
        url=message.url,
        event_key=message.event_key,
        created_at=at,
    )


def _mail(written: list[tuple[Notification, Message]], at: datetime) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            notification=notification,
            to=notification.recipient.email,
            created_at=at,
            next_attempt_at=at,
            **_letter(notification, message.note),
        )
        for notification, message in written
        if notification.recipient.email
    )
    if written:
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


def retry(delivery: Delivery, *, by: User, at: datetime) -> Delivery:
    """Send a mail again that had been given up."""
    if not by.has_perm("notifications.retry_delivery"):
        raise PermissionDenied
    again = {"state": Delivery.State.PENDING, "attempts": 0, "next_attempt_at": at}
    given_up = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.DEAD)
    if not given_up.update(**again):
        raise NotAllowed(_("Only a mail that was given up can be sent again."))
    transaction.on_commit(tasks.doorbell, robust=True)
    return delivery


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
