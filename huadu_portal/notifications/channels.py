"""How a message is sent: one interface, a function per way.

A gateway is an apprise address with `{address}` in it, set by whoever runs the portal; what
takes its place belongs to the person and is encoded. Nobody else's address is ever called.
"""

import logging
import re
import smtplib
from collections.abc import Iterator
from datetime import UTC
from urllib.parse import quote

from apprise import Apprise, LogCapture, NotifyFormat
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.accounts.seals import is_one_of
from huadu_portal.notifications.models import Delivery

Channel = Delivery.Channel
DOMAIN = "huadu-projects.example"
MESSAGE_ID = re.compile(rf"<delivery-(\d{{1,18}})\.([0-9a-f]{{16}})@{re.escape(DOMAIN)}>")
STATUS = re.compile(r"\berror=(\d{3})\b")
REASON_AT_MOST = 300


class SendingFailed(Exception):
    """It did not go; another attempt may. Says why, and nothing secret."""


class AddressRefused(SendingFailed):
    """The address is refused for good."""


def open_channels() -> list[Channel]:
    return [Channel.EMAIL, *(Channel(name) for name in settings.GATEWAYS)]


def leads_out(channel: str) -> bool:
    """Whether it sends to other machines; the demo counts its outbox as one."""
    return channel != Channel.EMAIL or settings.MAIL_GOES_OUT or settings.DEMO


def recipient_address(user: User, channel: str) -> str:
    """Where this channel reaches the person; empty if nowhere."""
    match channel:
        case Channel.EMAIL:
            return user.email
        case Channel.SMS:
            return user.mobile
        case Channel.WECOM:
            return user.wecom_id
        case Channel.DINGTALK:
            return user.dingtalk_id
        case _:
            return str(user.pk)


def send(delivery: Delivery) -> None:
    """Hand it over, or raise SendingFailed."""
    if delivery.channel == Channel.EMAIL:
        _send_email(delivery)
    else:
        _send_by_gateway(delivery)


def _send_email(delivery: Delivery) -> None:
    mail = EmailMessage(
        subject=delivery.subject,
        body=delivery.text,
        to=[delivery.to],
        # The same at every attempt, so that a repeat after a crash is recognisable.
        headers={"Message-ID": message_id(delivery)},
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        failure = AddressRefused if 500 <= code < 600 else SendingFailed
        raise failure(_answer(code, answer)) from error
    except smtplib.SMTPResponseException as error:
        raise SendingFailed(_answer(error.smtp_code, error.smtp_error)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SendingFailed(_("Mail server: %(reason)s") % {"reason": reason}) from error


def _answer(code: int, answer: bytes | str) -> str:
    """What the mail server said."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(f"{code} {text}".split())[:REASON_AT_MOST]


def _send_by_gateway(delivery: Delivery) -> None:
    template = settings.GATEWAYS.get(delivery.channel)
    if template is None:
        raise SendingFailed(_("This channel is no longer set up."))
    gateway = Apprise()
    if not gateway.add(template.replace("{address}", quote(delivery.to, safe=""))):
        raise SendingFailed(_("The gateway does not recognise this address."))
    # What apprise says of a failure may quote its address, which holds our key: the
    # status alone is taken from it.
    with LogCapture(level=logging.WARNING, name="apprise") as said:
        is_taken = gateway.notify(
            title=delivery.subject, body=delivery.body, body_format=NotifyFormat.TEXT
        )
        status = STATUS.search(said.getvalue())
    if not is_taken:
        code = status[1] if status else _("no answer")
        raise SendingFailed(_("The gateway did not accept it (%(code)s).") % {"code": code})


def message_id(delivery: Delivery) -> str:
    """Signed, because a report that names it can end a delivery and flag an address.

    With the moment it was written: a restored database gives numbers out a second time.
    """
    return f"<delivery-{delivery.pk}.{next(_marks(delivery))}@{DOMAIN}>"


def delivery_named_in(text: str, among: QuerySet[Delivery]) -> Delivery | None:
    """Of these, the one whose Message-ID this is, if we have made it."""
    for pk, mark in MESSAGE_ID.findall(text):
        found = among.filter(pk=pk).first()
        if found and is_one_of(mark, _marks(found)):
            return found
    return None


def _marks(delivery: Delivery) -> Iterator[str]:
    """Under the present secret key, then under earlier ones: a report comes days later."""
    named = f"{delivery.pk} {delivery.created_at.astimezone(UTC).isoformat()}"
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        mark = salted_hmac("huadu_portal.notifications.message_id", named, secret=secret)
        yield mark.hexdigest()[:16]
