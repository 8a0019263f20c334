"""How a project stands: what has to be done next, and every item by its stage. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from approvals.items.prerequisites import MetTypes
from approvals.items.progress import Progress, progress_of
from approvals.models import MET, OVER, ApprovalItem, Lamp, Stage, Status
from huadu_portal.workdays.arithmetic import Calendar

# Lamps that call for attention, the worst first.
WARNING_LAMPS = [Lamp.DEEP_RED, Lamp.RED, Lamp.YELLOW]


@dataclass(frozen=True)
class Outline:
    """A project in one row: counts, and what is waiting for whom."""

    total: int
    met: int
    lamps: Mapping[Lamp, int]
    # The firm's to do, corrections first.
    to_do: list[ApprovalItem]
    # With a department and past its promised limit or nearly.
    pressing: list[ApprovalItem]

    @property
    def share_met(self) -> int:
        """Percent, rounded down: 100 only when everything is met."""
        return self.met * 100 // self.total if self.total else 0

    @property
    def is_anything_running(self) -> bool:
        return any(self.lamps.values())

    @property
    def more_to_do(self) -> int:
        """Besides the first, which is shown by name."""
        return max(len(self.to_do) - 1, 0)

    @property
    def late(self) -> int:
        return self.lamps[Lamp.RED] + self.lamps[Lamp.DEEP_RED]

    @property
    def near(self) -> int:
        return self.lamps[Lamp.YELLOW]


def outline(items: Iterable[ApprovalItem], today: date) -> Outline:
    """Of one project's items, in the order of the catalogue."""
    items = list(items)
    anew = to_apply_anew(items)
    items = [item for item in items if item.status not in OVER or item in anew]
    lamps = [(item.lamp_on(today), item) for item in items]
    shown = [Lamp.GREEN, *reversed(WARNING_LAMPS)]
    return Outline(
        total=len(items),
        met=sum(item.status in MET for item in items),
        lamps={wanted: sum(lamp == wanted for lamp, _ in lamps) for wanted in shown},
        to_do=[*to_do(items), *anew],
        pressing=[item for wanted in WARNING_LAMPS for lamp, item in lamps if lamp == wanted],
    )


def to_do(items: Iterable[ApprovalItem]) -> list[ApprovalItem]:
    """What the firm can do now: answer corrections, then hand in what is ready."""
    items = list(items)
    correcting = [item for item in items if item.status == Status.CORRECTING]
    ready = [
        item
        for item in items
        if item.status == Status.READY and not item.approval_type.is_recorded
    ]
    return [*correcting, *ready]


def to_apply_anew(items: Iterable[ApprovalItem]) -> list[ApprovalItem]:
    """What has ended without a result and is still needed: nothing of its type, or of its group
    of variants, is met or going on. The last one of each."""
    items = list(items)
    alive = [item.approval_type for item in items if item.status not in OVER]
    types = {entry.pk for entry in alive}
    groups = {entry.variant_group for entry in alive if entry.variant_group}
    ended: dict[object, ApprovalItem] = {}
    for item in items:
        entry = item.approval_type
        if item.status in OVER and entry.pk not in types and entry.variant_group not in groups:
            ended[entry.variant_group or entry.pk] = item
    return list(ended.values())


@dataclass(frozen=True)
class ItemRow:
    """An item on its project's page."""

    item: ApprovalItem
    progress: Progress | None
    # What has to be met first, of an item that is only planned.
    waits_for: list[ApprovalItem]

    @property
    def since(self) -> datetime | None:
        """Since when its present holder has had it; the spans are fetched with the items."""
        running = (span.started_at for span in self.item.spans.all() if span.ended_at is None)
        return next(running, None)


@dataclass(frozen=True)
class StageRows:
    stage: Stage
    rows: list[ItemRow]
    met: int

    @property
    def under_way(self) -> int:
        """Items that a party holds and that are not yet decided."""
        return sum(
            row.item.holder is not None and row.item.status not in MET for row in self.rows
        )


def stage_rows(
    items: Iterable[ApprovalItem], before: Mapping, today: date, calendar: Calendar
) -> list[StageRows]:
    """All items in the order of the catalogue; `before`: prerequisites by type."""
    items = list(items)
    stages = []
    for stage in Stage:
        there = [item for item in items if item.approval_type.stage == stage]
        rows = [
            ItemRow(item, progress_of(item, today, calendar), waits_for(item, items, before))
            for item in there
        ]
        met = sum(item.status in MET for item in there)
        if rows:
            stages.append(StageRows(stage, rows, met))
    return stages


def waits_for(
    item: ApprovalItem, items: list[ApprovalItem], before: Mapping
) -> list[ApprovalItem]:
    """The unmet items a planned one comes after; one that has ended if it is still needed."""
    if item.status != Status.PLANNED:
        return []
    wanted, met = before.get(item.approval_type_id, set()), MetTypes.of(items)
    anew = to_apply_anew(items)
    return [
        other
        for other in items
        if other.approval_type_id in wanted
        and (other.status not in OVER or other in anew)
        and not met.covers(other.approval_type_id, other.approval_type.variant_group)
    ]
