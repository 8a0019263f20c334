"""The only writer of statuses, events and spans."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from approvals.models import (
    HOLDERS,
    ApprovalItem,
    ClockSpan,
    ItemEvent,
    Status,
)
from approvals.rights import Act, may, may_ever
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed, Stale
from projects.models import Project


def lock_project(project_id) -> Project:
    """Every act locks in this order: the project, then its items by id."""
    return (
        Project.objects.select_for_update(of=["self"], no_key=True)
        .select_related("enterprise")
        .get(pk=project_id)
    )


def lock(item: ApprovalItem, act: Act, *, by: User, version: int) -> ApprovalItem:
    """The item as it is, kept from others until we commit, if it is the one seen.

    Raises PermissionDenied, Stale, or NotAllowed when it is not in a state for the act.
    """
    project = lock_project(item.project_id)
    seen = ApprovalItem.objects.visible_to(by).filter(pk=item.pk)
    locked = (
        seen.select_for_update(of=["self"], no_key=True)
        .select_related("approval_type", "department")
        .first()
    )
    if locked is None or not may_ever(by, act, locked):
        raise PermissionDenied
    locked.project = project
    if locked.version != version:
        raise Stale(version=locked.version)
    if not may(by, act, locked):
        raise NotAllowed(
            _("This cannot be done to an item that is “%(status)s”.")
            % {"status": locked.get_status_display()},
            version=locked.version,
        )
    return locked


def move(
    item: ApprovalItem, status: Status, *, by: User | None, at: datetime, note: str = ""
) -> None:
    """Bring a locked item into a status, with its event and its span."""
    if not item.may_become(status):
        raise NotAllowed(
            _("An item that is “%(now)s” cannot become “%(then)s”.")
            % {"now": item.get_status_display(), "then": status.label},
            version=item.version,
        )
    last = item.events.last() if item.version else None
    if last and at < last.at:
        raise NotAllowed(
            _("This would lie before the item's last event."), version=item.version
        )
    event = _event(item, status, by=by, at=at, note=note)
    event.digest = event.digest_after(last.digest if last else "")
    event.save(force_insert=True)
    _hand_over(item, status, at)
    item.status = status
    item.version += 1
    item.save()


def begin(
    items: Iterable[ApprovalItem], status: Status, *, by: User | None, at: datetime
) -> None:
    """The first event of many items that have none yet, in as few statements as it takes."""
    items = list(items)
    events = []
    for item in items:
        event = _event(item, status, by=by, at=at, note=item.reason)
        event.digest = event.digest_after("")
        events.append(event)
        item.status, item.version = status, 1
    ItemEvent.objects.bulk_create(events)
    if status in HOLDERS:
        ClockSpan.objects.bulk_create(
            ClockSpan(item=item, holder=HOLDERS[status], started_at=at) for item in items
        )
    # The same for all: plainer, and quicker, than bulk_update's one case per row.
    ApprovalItem.objects.filter(pk__in=[item.pk for item in items]).update(
        status=status, version=1
    )


def _event(item, status, *, by, at, note) -> ItemEvent:
    return ItemEvent(
        item=item,
        number=item.version + 1,
        at=at,
        by=by,
        from_status=item.status,
        to_status=status,
        note=note,
    )


def _hand_over(item: ApprovalItem, status: Status, at: datetime) -> None:
    """End the running span and begin the next, when the item changes hands."""
    before, after = item.holder, HOLDERS.get(status)
    if before == after:
        return
    if before:
        item.spans.filter(ended_at=None).update(ended_at=at)
    if after:
        ClockSpan.objects.create(item=item, holder=after, started_at=at)
