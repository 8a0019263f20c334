"""What a firm without an account is told: mailed to its contact, else handed over by the window."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.notifications.models import Delivery, title_of
from huadu_portal.notifications.operations import Message, send_account_mail
from projects.models import Application, CounterNotice, Enterprise, HandOver, Project


def keep_for_counter(
    messages: Iterable[Message],
    firm: Enterprise,
    people: Iterable[User],
    *,
    at: datetime,
    application: Application | None = None,
    project: Project | None = None,
    event_number: int = 0,
) -> None:
    """Keep what nobody of the firm can be told by an account; nothing where `people` are there.

    `event_number`: of the event of the application or item that is told of. An event is told once.
    """
    if list(people):
        return
    if project and application is None:
        application = project.application
    address = application.contact_email if application else ""
    for message in messages:
        notice = CounterNotice(
            enterprise=firm,
            application=application,
            project=project,
            subject_id=message.subject,
            event_number=event_number,
            kind=message.kind,
            params=dict(message.params),
            note=message.note,
            event_key=message.event_key,
            created_at=at,
            mailed_to=address,
        )
        told = CounterNotice.objects.filter(enterprise=firm, event_key=message.event_key)
        if told.exists():
            continue
        notice.delivery = _mail(notice, application, at=at) if address and application else None
        notice.save(force_insert=True)


def _mail(notice: CounterNotice, application: Application, *, at: datetime) -> Delivery:
    """In Chinese, as all that is official; it leads to no page, which would ask to sign in."""
    with translation.override("zh-hans"):
        title = str(title_of(notice.kind, notice.params))
        parts = [
            title,
            notice.note,
            _(
                "Progress can be looked up on the portal of the center with the receipt number "
                "%(number)s and the last six characters of the credit code. Questions: the "
                "comprehensive window, or the hotline 12345."
            )
            % {"number": application.number},
        ]
        body = "\n\n".join(filter(None, parts))
    return send_account_mail(notice.mailed_to, title[:300], body, at=at)


@operation
def record_hand_over(
    notice: CounterNotice, *, by: User, at: datetime, way: str, note: str
) -> CounterNotice:
    """Record that a notice was handed over: how, and to whom or under which number of the post."""
    HandOver.objects.create(notice=notice, at=at, by=by, way=way, note=note)
    return notice
