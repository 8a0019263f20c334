"""The State Council's yearly notices; 2018 to 2026 come with the portal, as a file."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Self

FILE = Path(__file__).parent / "data/published.toml"
# What a weekend day is called that is worked in exchange.
WORKED = "调休上班"


@dataclass(frozen=True)
class Day:
    date: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class Span:
    """Days in a row that a notice names together, first and last included."""

    start: date
    end: date
    is_workday: bool
    name: str

    def days(self) -> Iterator[Day]:
        for n in range((self.end - self.start).days + 1):
            yield Day(self.start + timedelta(n), self.is_workday, self.name)


@dataclass(frozen=True)
class Notice:
    """One year's arrangement of holidays and of weekends worked in exchange."""

    year: int
    source: str
    days: tuple[Day, ...]

    @classmethod
    def of(cls, year: int, source: str, spans: Iterable[Span]) -> Self:
        """From spans in any order; a day that is named twice stands there twice."""
        days = [day for span in spans for day in span.days()]
        return cls(year, source, tuple(sorted(days, key=lambda day: day.date)))

    def spans(self) -> list[Span]:
        """The days as people read them: what follows each other as one line."""
        spans: list[Span] = []
        for day in self.days:
            if spans and _continues(spans[-1], day):
                spans[-1] = replace(spans[-1], end=day.date)
            else:
                spans.append(Span(day.date, day.date, day.is_workday, day.name))
        return spans


def _continues(span: Span, day: Day) -> bool:
    after = span.end + timedelta(1)
    return (after, span.is_workday, span.name) == (day.date, day.is_workday, day.name)


def packaged() -> list[Notice]:
    """The notices that come with the portal."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["notice"]
    return [Notice.of(entry["year"], entry["source"], spans_of(entry)) for entry in entries]


def spans_of(entry: dict) -> Iterator[Span]:
    """The spans of an entry as the files write it: `holidays` and `workdays`."""
    for holiday in entry["holidays"]:
        yield Span(holiday["start"], holiday["end"], False, holiday["name"])
    for day in entry["workdays"]:
        yield Span(day, day, True, WORKED)
