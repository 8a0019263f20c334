"""The only place that queues messages: rows first, a bell after the commit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications import outbox, tasks
from huadu_portal.notifications.models import Delivery, Kind, Notification, title_of


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
    # Whether it waits for the morning's digest; None: as its kind does.
    at_once: bool | None = None


def notify(recipients: Iterable[User], kind: Kind, *, at: datetime, **message) -> None:
    """Write one message and its mail for each, in the caller's transaction."""
    notify_all([Message(recipients, kind, **message)], at=at)


def notify_all(messages: Iterable[Message], *, at: datetime) -> None:
    """Write many messages in one statement; each once per recipient and key."""
    letters = {
        (letter.recipient_id, letter.event_key): letter
        for message in messages
        for letter in _letters(message)
    }
    if outbox.write(letters.values(), at):
        transaction.on_commit(tasks.doorbell, robust=True)


def _letters(message: Message) -> Iterator[outbox.Letter]:
    """The message for each recipient, written once per language."""
    texts: dict[str, tuple[str, str]] = {}
    for recipient in message.recipients:
        language = recipient.language
        texts[language] = texts.get(language) or _text(message, language)
        subject, body = texts[language]
        yield outbox.Letter(
            recipient_id=recipient.pk,
            kind=message.kind,
            params=message.params,
            url=message.url,
            event_key=message.event_key,
            to=recipient.email,
            subject=subject,
            body=body,
        )


def _text(message: Message, language: str) -> tuple[str, str]:
    """Subject and body of the mail."""
    with translation.override(language):
        title = title_of(message.kind, message.params)
        way = _("See the details here:")
        sender = _("Huadu District Industrial Project Service Center")
        footer = _(
            "This message was sent automatically; please do not reply to it."
            " Questions: government service hotline 12345."
        )
        paragraphs = [
            title,
            message.note,
            f"{way}\n{settings.SITE_URL}{message.url}",
            f"--\n{sender}\n{footer}",
        ]
        return title[:300], "\n\n".join(filter(None, paragraphs)) + "\n"


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
