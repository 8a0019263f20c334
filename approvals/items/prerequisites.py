"""What of a project is met, for all that has to come after it. Asks the database nothing.

Variants of one group count as one; what does not apply counts as met (docs/states.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from approvals.items.models import MET


@dataclass(frozen=True)
class MetTypes:
    """The types that are met, and the variant groups of which one is."""

    types: frozenset[UUID]
    groups: frozenset[str]

    @classmethod
    def of(cls, items: Iterable) -> "MetTypes":
        """Of a project's items, with their types at hand."""
        return cls.of_rows(
            (item.status, item.approval_type_id, item.approval_type.variant_group)
            for item in items
        )

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[str, UUID, str]]) -> "MetTypes":
        """Of status, type and that one's variant group of each item."""
        met = [(type_id, group) for status, type_id, group in rows if status in MET]
        groups = {group for _type_id, group in met if group}
        return cls(frozenset(type_id for type_id, _group in met), frozenset(groups))

    def covers(self, type_id: UUID, group: str) -> bool:
        """Whether what has to come after this type need not wait for it."""
        return type_id in self.types or group in self.groups
