"""What time alone decides: silence past the notice limit accepts an item (第32条)."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.acts.operations.notices import tell_deemed
from approvals.acts.operations.parts import accept_parts
from approvals.items.events import DEEM
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations import history
from approvals.items.operations.dates import start_clock
from approvals.papers.operations import issue_for
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed, Overtaken
from huadu_portal.papers.models import PaperKind
from huadu_portal.workdays.published import calendar

logger = logging.getLogger(__name__)


def record_deemed_acceptance(item: ApprovalItem, *, at: datetime) -> None:
    """Before any act on the item: record a deemed acceptance that is due, in a transaction of
    its own, so that it stays although the act is refused.

    Raises Overtaken when there was one: the item is not the one the person saw.
    """
    lapsed = _lapsed(item, civil_day(at))
    if lapsed and deem(lapsed, at=at):
        raise Overtaken(
            _("The notice limit has expired without an answer: the item is deemed accepted."),
            version=item.version + 1,
        )


def _lapsed(item: ApprovalItem, today: date) -> ApprovalItem | None:
    """The item, or the whole with which it is accepted."""
    whole = item.whole if item.whole_id else None
    return next((each for each in (whole, item) if each and each.has_lapsed(today)), None)


def deem_lapsed(at: datetime) -> int:
    """Accept every item whose notice limit has ended in silence; how many.

    One that cannot be accepted is noted in the log and tried again; the others are accepted.
    """
    lapsed = ApprovalItem.objects.lapsed(civil_day(at)).order_by("notice_due_on", "pk")
    done = 0
    for item in lapsed.select_related("approval_type", "whole"):
        try:
            done += deem(item, at=at)
        except NotAllowed:
            logger.exception("item %s could not be accepted by law", item.pk)
    return done


@transaction.atomic
def deem(item: ApprovalItem, *, at: datetime) -> bool:
    """Accept it by law, from the day of receipt; whether that was still to be done.

    The event stands at the receipt and names no person; `recorded_at` says when it was
    written. Repeated and parallel calls do nothing.
    """
    item = history.lock_item(item)
    if not item.has_lapsed(civil_day(at)):
        return False
    received_at, item.is_deemed = item.submitted_at, True
    assert received_at is not None, "a notice limit runs from the receipt"
    start_clock(item, received_at, calendar())
    history.move(
        item,
        Status.ACCEPTED,
        act=DEEM,
        by=None,
        at=received_at,
        note=str(item.notice_due_on),
        backdated=True,
    )
    accept_parts(item, by=None, at=received_at, recorded_at=at)
    tell_deemed(item, at=at)
    issue_for(item, PaperKind.ACCEPTANCE, at=at, is_deemed=True)
    return True
