"""Where a row in the database says something else than the one that came with the portal."""

from collections.abc import Iterable, Iterator
from typing import Any


def of_row(name: str, row: Any, came: Any, fields: Iterable[str]) -> Iterator[str]:
    """A line for each of the fields in which a row differs from the packaged one."""
    for field in fields:
        here, there = getattr(row, field), getattr(came, field)
        if here != there:
            yield f"{name} {field}: {here!r}, packaged {there!r}"
