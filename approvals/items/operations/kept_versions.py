"""What an item keeps when its type gets a new version.

An item that has been received keeps the notice limit, the materials and the prerequisites of the
version of its receipt. On acceptance it gets the shorter limits of that version and the one in
force. One that has not been received follows the version in force (docs/states.md, Limits).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from approvals.catalogue.models import ApprovalType, MaterialRequirement
from approvals.catalogue.operations import versions
from approvals.items.models import ApprovalItem
from huadu_portal.clock import civil_day
from huadu_portal.workdays.arithmetic import Calendar


def receive(item: ApprovalItem, at: datetime) -> None:
    """Note under which version the item was first received, unsaved; the caller saves it."""
    entry = _type_on(item, at)
    item.submitted_at = at
    if item.type_version is None:
        item.type_version, item.notice_days = entry.version, entry.notice_days


def _type_on(item: ApprovalItem, at: datetime) -> ApprovalType:
    """Its type as it is on that day, also where no sweep has come by since the day began."""
    entry = item.approval_type
    if entry.changes_on and entry.changes_on <= civil_day(at):
        item.approval_type = entry = versions.bring_into_force(entry, at)
    return entry


def set_limits(item: ApprovalItem, at: datetime, published: Calendar) -> None:
    """The limits of an item that is accepted, unsaved: what was promised when it was received
    stays promised, and a shorter promise binds from its first day on."""
    entry = _type_on(item, at)
    kept = versions.content_under(entry, item.type_version)
    now = {name: getattr(entry, name) for name in versions.FIELDS}
    for limit in ("promised", "statutory"):
        days, unit = f"{limit}_days", f"{limit}_unit"
        chosen = now
        if kept and _is_kept(kept["fields"], now, limit, entry, civil_day(at), published):
            chosen = kept["fields"]
        setattr(item, days, chosen[days])
        setattr(item, unit, chosen[unit])


def _is_kept(
    kept: Mapping[str, Any],
    now: Mapping[str, Any],
    limit: str,
    entry: ApprovalType,
    day: date,
    published: Calendar,
) -> bool:
    """Whether the limit is that of the receipt: the shorter one, and on a day on which the
    version in force was not in force yet (deemed acceptance is dated back)."""
    if entry.in_force_from and day < entry.in_force_from:
        return True
    then, since = ((by[f"{limit}_days"], by[f"{limit}_unit"]) for by in (kept, now))
    if then[0] is None or since[0] is None:
        return then[0] is not None
    return published.add(day, *then) < published.add(day, *since)


def requirements_by_item(
    items: Collection[ApprovalItem], in_force: Mapping[UUID, list[MaterialRequirement]]
) -> dict[UUID, list[MaterialRequirement]]:
    """The materials that each is asked for; `in_force` are those of the types, by their keys."""
    return {
        item.pk: in_force.get(item.approval_type_id, [])
        if (kept := _kept(item)) is None
        else kept
        for item in items
    }


def _kept(item: ApprovalItem) -> list[MaterialRequirement] | None:
    content = versions.content_under(item.approval_type, item.type_version)
    return versions.requirements_under(item.approval_type, content) if content else None


def prerequisites_of(item: ApprovalItem) -> Iterable[ApprovalType]:
    """What comes before it by the version under which it was received."""
    content = versions.content_under(item.approval_type, item.type_version)
    if content is None:
        return item.approval_type.prerequisites.order_by("position")
    codes = content["prerequisites"]
    return ApprovalType.objects.filter(code__in=codes).order_by("position")
