"""The text of mails, in the language that is active."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from huadu_portal.notifications.models import Delivery, Notification, Topic
from huadu_portal.notifications.policy import is_bound, is_firm, rule_of, why
from huadu_portal.rest.text import FORBIDDEN

# A digest stays short: so many messages, and so many characters of each reason.
LINES_AT_MOST, QUOTED_AT_MOST = 50, 100


def mail(
    title: str, *, note: str, todo: str, url: str, topic: str, role: str, is_always_sent: bool
) -> str:
    """One message as a mail; `is_always_sent`: whatever the reader has chosen."""
    way = _("See the details here:")
    foot = _foot(topic, role, is_always_sent, get_language(), settings.SITE_URL)
    return _joined(title, note, _asked(todo), f"{way}\n{_address(url)}", foot)


def brief(*, todo: str, url: str) -> str:
    """For a telephone: the rest is read in the portal, after signing in."""
    return "\n".join(filter(None, [todo, _address(url)]))


@lru_cache(maxsize=512)
def _foot(topic: str, role: str, is_always_sent: bool, language: str, site: str) -> str:
    """Why it was sent, how to have it otherwise, and by whom. Kept: every act mails a few."""
    return f"--\n{_reason(topic, role)}\n{_choice(topic, role, is_always_sent)}\n{_sender()}"


def _asked(todo: str | Promise) -> str:
    return _("Action required: %(todo)s") % {"todo": todo} if todo else ""


def _reason(topic: str, role: str) -> str:
    return _("Why you receive this: %(reason)s") % {"reason": why(topic, role)}


def _choice(topic: str, role: str, is_always_sent: bool) -> str:
    if topic == Topic.OWED and is_bound(topic, role):
        return _("This notice is required by law and is always sent.")
    if is_bound(topic, role):
        return _("Supervision messages are always sent.")
    if is_always_sent and topic == Topic.PEOPLE:
        return _("Messages about changes to your account are always sent.")
    if is_always_sent:
        return _("Urgent messages are always sent.")
    return _preferences()


def _preferences() -> str:
    page = _address(reverse("notifications:preferences"))
    return _("Choose which messages you receive, when and how: %(page)s") % {"page": page}


def _sender() -> str:
    sender = _("Huadu District Industrial Project Service Center")
    footer = _(
        "This message was sent automatically; please do not reply to it."
        " Questions: government service hotline 12345."
    )
    return f"{sender}\n{footer}"


def _address(url: str) -> str:
    return f"{settings.SITE_URL}{url}"


def _joined(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs)) + "\n"


# -- The digest ----------------------------------------------------------------------------


def digest_subject(messages: list[Notification]) -> str:
    count = len(messages)
    return ngettext(
        "Your morning digest: %(count)s message",
        "Your morning digest: %(count)s messages",
        count,
    ) % {"count": count}


def quoted(note: str) -> str:
    """What a person wrote, in one line and no longer than a digest has room for.

    A line of its own making could pass for one of ours; so could a turned one.
    """
    line = " ".join(FORBIDDEN.sub(" ", note).split())
    return line if len(line) <= QUOTED_AT_MOST else f"{line[: QUOTED_AT_MOST - 1]}…"


def digest_mail(
    messages: list[Notification], *, name: str, role: str, quotes: bool, at: datetime
) -> str:
    """Grouped by topic, in the order of Topic; within it as they came.

    `quotes`: with the reasons that people wrote; only where a mail would say them too.
    """
    order = list(Topic)
    ordered = sorted(messages, key=lambda each: order.index(rule_of(each.kind).topic))
    shown, more = ordered[:LINES_AT_MOST], len(ordered) - LINES_AT_MOST
    inbox = _address(reverse("notifications:inbox"))
    left = ngettext(
        "… and %(count)s more in your inbox: %(inbox)s",
        "… and %(count)s more in your inbox: %(inbox)s",
        max(more, 1),
    )
    moment = timezone.localtime(at, timezone.get_default_timezone())
    hello = _("%(name)s, your new messages as of %(moment)s:") % {
        "name": name,
        "moment": date_format(moment, "Y-m-d H:i"),
    }
    return _joined(
        hello,
        *_groups(shown, role, quotes),
        left % {"count": more, "inbox": inbox} if more > 0 else "",
        f"--\n{_preferences()}\n{_sender()}",
    )


def digest_in_brief(count: int) -> str:
    text = ngettext(
        "You have %(count)s new message in your inbox.",
        "You have %(count)s new messages in your inbox.",
        count,
    )
    return f"{text % {'count': count}}\n{_address(reverse('notifications:inbox'))}"


def _groups(messages: Iterable[Notification], role: str, quotes: bool) -> Iterable[str]:
    number = 0
    is_theirs = is_firm(role)
    for topic, group in groupby(messages, key=lambda each: rule_of(each.kind).topic):
        yield f"■ {capfirst(topic.label)}\n{_reason(topic, role)}"
        for message in group:
            number += 1
            todo = rule_of(message.kind).todo if is_theirs else ""
            yield _line(number, message, todo, message.quote if quotes else "")


def _line(number: int, message: Notification, todo: str | Promise, quote: str) -> str:
    """What, why, what to do, by when if the sentence does not say it, and where."""
    due = message.params.get("due", "")
    until = _("Due: %(day)s") % {"day": due} if due and due not in message.title else ""
    reason = f"“{quote}”" if quote else ""
    lines = filter(None, [reason, _asked(todo), until, _address(message.url)])
    return "\n   ".join([f"{number}. {message.title}", *lines])


def is_short(channel: str) -> bool:
    return channel == Delivery.Channel.SMS
