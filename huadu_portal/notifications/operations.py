"""The only place that queues messages: rows first; a worker is woken after the commit."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huadu_portal.accounts.addresses import flag_bounced
from huadu_portal.accounts.models import ErasureRequest, User
from huadu_portal.accounts.notices import Change
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications import channels, outbox, policy, tasks, wording
from huadu_portal.notifications.delivery import settle_parts
from huadu_portal.notifications.models import (
    Delivery,
    Kind,
    Notification,
    Preference,
    title_of,
)
from huadu_portal.notifications.reports import Report
from huadu_portal.notifications.sealed import seal

State = Delivery.State


@dataclass(frozen=True)
class Message:
    """What is to be told, to whom. `event_key` names the event and its epoch.

    `note` is what a person wrote in the act (reasons, what is missing), for all recipients to
    read: the mail quotes it, and the digest the beginning of it.
    `subject` is the item it is about, on whose page staff follow the message. `at_once` says
    more than the kind does: True is urgent for everybody, False can wait for the digest.
    """

    recipients: Iterable[User]
    kind: Kind
    params: Mapping[str, str]
    url: str
    event_key: str
    note: str = ""
    subject: UUID | None = None
    at_once: bool | None = None
    # By these ways only, beside the inbox; none named: by all that are set up.
    channels: Collection[str] = ()


def notify(recipients: Iterable[User], kind: Kind, *, at: datetime, **message: Any) -> None:
    """Write one message and its mail for each, in the caller's transaction."""
    notify_all([Message(recipients, kind, **message)], at=at)


def notify_all(messages: Iterable[Message], *, at: datetime) -> None:
    """Write many messages in one statement; each once per recipient and key."""
    letters = {
        (letter.recipient_id, letter.event_key): letter for letter in _letters(list(messages))
    }
    if outbox.write(letters.values(), at):
        transaction.on_commit(tasks.wake_worker, robust=True)


# Of what a message leads to, in its address.
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def stop_telling(user: User, *, about: Collection[UUID]) -> None:
    """What is under way to the person about these things is not sent; the inbox keeps it."""
    keys = {str(key) for key in about}
    open_ones = Delivery.objects.filter(
        notification__recipient=user, digest=None, state__in=[State.PENDING, State.COLLECTED]
    )
    found = open_ones.values_list("pk", "notification__subject_id", "notification__url")
    stopped = [pk for pk, subject, url in found if keys & {str(subject), *KEY.findall(url)}]
    open_ones.filter(pk__in=stopped).update(state=State.STOPPED)


class Reading(NamedTuple):
    """What reads alike: a message by a channel, to readers of a language and a role."""

    language: str
    # Its place among the messages: a message itself cannot be a key.
    place: int
    channel: str
    role: str


def _letters(messages: Sequence[Message]) -> Iterator[outbox.MailText]:
    """Each message for each recipient; what reads alike for several is written once."""
    open_channels = channels.open_channels()
    going = [
        (place, recipient, _ways_to(recipient, message, place, open_channels))
        for place, message in enumerate(messages)
        for recipient in message.recipients
    ]
    written = _written(messages, {reading for *_, ways in going for reading in ways})
    params = [_params(message) for message in messages]
    for place, recipient, ways in going:
        message = messages[place]
        yield outbox.MailText(
            recipient_id=recipient.pk,
            kind=message.kind,
            params=params[place],
            url=message.url,
            event_key=message.event_key,
            subject_id=message.subject,
            ways=[(to, written[reading]) for reading, to in ways.items()],
        )


def _params(message: Message) -> Mapping[str, str]:
    """With what the digest quotes."""
    note = wording.quoted(message.note)
    return {**message.params, "note": note} if note else message.params


def _ways_to(
    recipient: User, message: Message, place: int, open_channels: Iterable[str]
) -> dict[Reading, str]:
    """By which ways it goes to the recipient, and where each leads."""
    return {
        Reading(recipient.language, place, channel, recipient.role): to
        for channel in open_channels
        if not message.channels or channel in message.channels
        if (to := channels.recipient_address(recipient, channel))
    }


def _written(
    messages: Sequence[Message], readings: Iterable[Reading]
) -> dict[Reading, outbox.Way]:
    """Language by language: to change it takes longer than to write a text."""
    written = {}
    for language, alike in groupby(sorted(readings), key=attrgetter("language")):
        with translation.override(language):
            for reading in alike:
                message = messages[reading.place]
                written[reading] = _way(message, reading.channel, reading.role)
    return written


def _way(message: Message, channel: str, role: str) -> outbox.Way:
    """How it goes by this channel to readers of this role, in the language that is active."""
    rule = policy.rule_of(message.kind)
    title = title_of(message.kind, message.params)
    # Only the firm's turn is meant; an agent reads of it.
    todo = str(rule.todo) if policy.is_firm(role) else ""
    asked = {"at_once": message.at_once}
    chosen_under = policy.chosen_under(message.kind, channel, role=role, **asked)
    if channel == policy.EMAIL:
        body = wording.mail(
            title,
            note=message.note,
            todo=todo,
            url=message.url,
            topic=rule.topic,
            role=role,
            is_always_sent=not chosen_under,
        )
    else:
        body = wording.brief(todo=todo, url=message.url)
    return outbox.Way(
        channel=channel,
        when=policy.usual(message.kind, channel, **asked),
        topic=chosen_under,
        subject=title[:300],
        body=body,
    )


def tell_of_account(user: User, change: Change) -> None:
    """Of a change to the person's own account; mailed at once, whatever they prefer: it may
    have been asked for by somebody else."""
    at = now()
    kind = {Change.ROLE: Kind.ACCOUNT_ROLE, Change.SECOND_FACTOR: Kind.ACCOUNT_FACTOR}[change]
    words = {}
    for suffix, language in (("", "zh-hans"), ("_en", "en")):
        with translation.override(language):
            parts = [user.get_role_display(), str(user.department or "")]
            words[f"role{suffix}"] = " · ".join(filter(None, parts))
    notify(
        [user],
        kind,
        at=at,
        params=words,
        url=reverse("account_access"),
        event_key=f"user:{user.pk}:{kind}:{at.isoformat()}",
        note=_if_unasked(user),
        at_once=True,
    )


def tell_of_erasure(request: ErasureRequest, people: list[User]) -> None:
    """Whoever answers it."""
    notify(
        people,
        Kind.ERASURE_ASKED,
        at=request.asked_at,
        params={"person": str(request.user), "due": request.due_on.isoformat()},
        url=reverse("admin:accounts_erasurerequest_change", args=[request.pk]),
        event_key=f"erasure:{request.pk}:asked",
        note=request.reason,
    )


def tell_of_erasure_answer(request: ErasureRequest) -> None:
    """By a message; where the account is about to go, by a mail to the address it had."""
    person, at = request.user, now()
    if not request.is_erased:
        notify(
            [person],
            Kind.ERASURE_DECLINED,
            at=at,
            url=reverse("account_profile"),
            params={},
            event_key=f"erasure:{request.pk}:answered",
            note=request.answer,
        )
    elif person.email:
        with translation.override(person.language):
            subject = _("Your account has been erased")
            parts = [
                _("Dear %(name)s,") % {"name": person.name},
                _("as you asked, your account on the portal of the center has been erased."),
                request.answer,
                _(
                    "Applications, official papers and their histories are kept as the law "
                    "requires."
                ),
            ]
        text = "\n\n".join(parts)
        send_account_mail(person.email, subject, text, at=at)


def everything_told(user: User) -> dict[str, list[Mapping[str, Any]]]:
    """All that the person was told, for a copy of their data."""
    told = Notification.objects.filter(recipient=user).order_by("created_at", "pk")
    rows = told.values_list("kind", "params", "created_at", "read_at").iterator()
    return {
        "messages": [
            {"title": str(title_of(kind, params)), "sent": sent, "read": read}
            for kind, params, sent, read in rows
        ]
    }


def _if_unasked(user: User) -> str:
    with translation.override(user.language):
        return _("If you did not expect this, please contact the security administrator.")


@transaction.atomic
def retry(delivery: Delivery, *, by: User, at: datetime) -> Delivery:
    """Send a mail again that had been given up, or for which there was no server; what was in
    its digest waits with it."""
    if not by.has_perm("notifications.retry_delivery"):
        raise PermissionDenied
    if delivery.digest_id:
        raise NotAllowed(
            _("This message was sent within a digest: please send the digest again.")
        )
    if not (delivery.body or delivery.sealed_body):
        raise NotAllowed(_("Its text has been erased; the person has to request a new link."))
    if not channels.leads_out(delivery.channel):
        raise NotAllowed(_("No mail server is set (EMAIL_URL), so no mail can be sent."))
    again = {"state": State.PENDING, "attempts": 0, "next_attempt_at": at}
    ended = Delivery.objects.filter(pk=delivery.pk, state__in=[State.DEAD, State.UNSENT])
    if not ended.update(**again):
        raise NotAllowed(_("Only a mail that was given up or not sent can be sent again."))
    settle_parts(delivery, state=State.COLLECTED, error="")
    transaction.on_commit(tasks.wake_worker, robust=True)
    return delivery


def send_account_mail(to: str, subject: str, body: str, *, at: datetime) -> Delivery:
    """Mail to an address, that nobody has in an inbox: confirm an address, reset a password, tell
    the contact of a firm without an account."""
    delivery = Delivery.objects.create(
        to=to, subject=subject, sealed_body=seal(body), created_at=at, next_attempt_at=at
    )
    transaction.on_commit(tasks.wake_worker, robust=True)
    return delivery


@transaction.atomic
def take_report(report: Report, *, at: datetime) -> Delivery | None:
    """What a mail server says has become of a mail; None if it is none of ours or late.

    A mail that came back is given up; only a refusal for good speaks of the address.
    """
    sent = Delivery.objects.select_for_update(no_key=True).filter(channel=policy.EMAIL)
    sent = sent.exclude(state__in=[State.COLLECTED, State.SEEN])
    delivery = channels.delivery_named_in(report.original, sent)
    if delivery is None or delivery.state == State.DEAD:
        return None
    if report.has_failed:
        outcome: dict[str, Any] = {"state": State.DEAD, "error": report.reason}
        outcome["lease_until"] = None
        if report.is_for_good:
            flag_bounced(delivery.to, reason=report.reason, at=at)
    elif report.has_arrived:
        outcome = {"state": State.DELIVERED, "sent_at": delivery.sent_at or at, "error": ""}
        outcome["lease_until"] = None
    else:
        return delivery
    Delivery.objects.filter(pk=delivery.pk).update(**outcome)
    settle_parts(delivery, **outcome)
    return delivery


@transaction.atomic
def prefer(
    user: User,
    *,
    choices: Mapping[tuple[str, str], str],
    quiet_from: time,
    quiet_until: time,
    language: str,
) -> None:
    """What a person wants otherwise than usual, all of it anew, by (topic, channel)."""
    for topic, channel in choices:
        if channel == policy.EMAIL and policy.is_bound(topic, user.role):
            raise ValidationError(
                _("Notices required by law and supervision messages are always mailed.")
            )
    if language not in dict(settings.LANGUAGES):
        raise ValidationError(_("This language is not supported."))
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.quiet_from, user.quiet_until, user.language = quiet_from, quiet_until, language
    user.save(update_fields=["quiet_from", "quiet_until", "language"])
    user.message_preferences.all().delete()
    Preference.objects.bulk_create(
        Preference(user=user, topic=topic, channel=channel, when=when)
        for (topic, channel), when in choices.items()
    )


def mark_read(notification: Notification, *, at: datetime) -> None:
    """Mark as read; a second reading changes nothing."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at)


def mark_all_read(user: User, *, at: datetime) -> int:
    return Notification.objects.visible_to(user).unread().update(read_at=at)
