"""The State Council's yearly notices; 2019 to 2026 come with the portal, as a file."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FILE = Path(__file__).parent / "data/published.toml"


@dataclass(frozen=True)
class Day:
    date: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class Notice:
    """One year's arrangement of holidays and of weekends worked in exchange."""

    year: int
    source: str
    days: tuple[Day, ...]


def packaged() -> list[Notice]:
    """The notices that come with the portal."""
    return [
        Notice(entry["year"], entry["source"], tuple(_days(entry)))
        for entry in tomllib.loads(FILE.read_text())["notice"]
    ]


def _days(entry: dict) -> Iterator[Day]:
    for holiday in entry["holidays"]:
        day = holiday["start"]
        while day <= holiday["end"]:
            yield Day(day, False, holiday["name"])
            day += timedelta(1)
    for day in entry["workdays"]:
        yield Day(day, True, "调休上班")
