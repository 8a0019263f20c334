"""联合验收: what an act on a whole does to its parts, within the whole's act.

One application, one visit, one opinion (优化营商环境条例第42条). The caller has locked the
whole, and with it the project; the parts are locked here.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.items.events import ACCEPT_WHOLE
from approvals.items.models import MET, OVER, ApprovalItem, Status
from approvals.items.operations.dates import start_clock
from approvals.items.operations.history import lock_items, move
from approvals.items.operations.notices import tell_officers
from approvals.papers.operations import issue_for_all
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.papers.models import PaperKind
from huadu_portal.workdays.published import calendar


def can_join(whole: ApprovalItem) -> QuerySet[ApprovalItem]:
    """The project's items that can be applied for together with this one now."""
    kinds = whole.approval_type.parts.values("pk")
    return whole.project.items.filter(approval_type__in=kinds, status=Status.READY)


def join_parts(whole: ApprovalItem, parts: Iterable[ApprovalItem]) -> list[ApprovalItem]:
    """The parts, locked and pointing at their whole; ValidationError when one cannot join."""
    wanted = {part.pk for part in parts}
    if not wanted:
        return []
    found = lock_items(can_join(whole).filter(pk__in=wanted), whole.project)
    if len(found) != len(wanted):
        sentence = _("One of these can no longer be applied for together with it.")
        raise ValidationError({"parts": sentence})
    for part in found:
        part.whole = whole
    return found


def accept_parts(
    whole: ApprovalItem, *, by: User | None, at: datetime, recorded_at: datetime
) -> None:
    """With the whole its parts are accepted, on the same day 0 and within its limit.

    Their departments are told that the clock runs, and each part has its own notice.
    """
    parts = _parts_of(whole, [Status.SUBMITTED])
    for part in parts:
        part.is_deemed = by is None
        # Handed in again since: the law cannot accept what had not come yet.
        since = max(at, part.submitted_at or at)
        start_clock(part, since, calendar(), joint_days=whole.promised_days)
        # By law it stands at the receipt, whatever has been noted since.
        move(
            part,
            Status.ACCEPTED,
            act=ACCEPT_WHOLE,
            by=by,
            at=since,
            note=whole.number or "",
            backdated=by is None,
        )
    if parts:
        tell_officers(parts, Kind.ITEM_FORMAL, at=recorded_at)
        issue_for_all(parts, PaperKind.ACCEPTANCE, at=recorded_at, is_deemed=by is None)


def check_parts(whole: ApprovalItem) -> None:
    """One opinion: raises NotAllowed while a part has not been answered favourably."""
    if not whole.approval_type.may_have_parts:
        return
    left = [part for part in whole.parts.all() if part.status not in [*MET, *OVER]]
    refused = _refused_and_not_mended(whole)
    if names := [str(part.approval_type) for part in [*left, *refused]]:
        raise NotAllowed(
            _("The joint opinion waits for: %(names)s.") % {"names": "、".join(names)},
            version=whole.version,
        )


def answers_of(whole: ApprovalItem) -> list[tuple[str, str, date]]:
    """What the one opinion rests on: each part's name, department and day of the answer."""
    if not whole.approval_type.may_have_parts:
        return []
    parts = whole.parts.filter(status__in=MET).select_related("approval_type", "department")
    return [
        (part.approval_type.name, part.department.name, civil_day(part.decided_at))
        for part in parts.order_by("approval_type__position")
        if part.decided_at
    ]


def _refused_and_not_mended(whole: ApprovalItem) -> list[ApprovalItem]:
    """Parts that came to nothing, unless the same approval has been met since by a new item.

    One that was taken back counts too: nobody passes an inspection by leaving.
    """
    met = whole.project.items.filter(status__in=MET).values("approval_type")
    refused = whole.parts.filter(status__in=OVER)
    return list(refused.exclude(approval_type__in=met).select_related("approval_type"))


def _parts_of(whole: ApprovalItem, statuses: Iterable[Status]) -> list[ApprovalItem]:
    if not whole.approval_type.may_have_parts:
        return []
    return lock_items(whole.parts.filter(status__in=statuses), whole.project)
