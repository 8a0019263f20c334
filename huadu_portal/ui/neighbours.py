"""Previous and next: in which list a page was opened, and what stands beside its thing there.

The address of a page names the list, as it was narrowed and ordered, and the place in it; nothing is
kept elsewhere, so that several windows do not disturb each other (docs/decisions/0048). What stands
beside it is read anew, from the rows that the person may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from huadu_portal.counts import PAGED_AT_MOST, count_in_words, counted

# How a page's address names its list: as Django's own pages do, narrowed and ordered by the list's
# query string; the place of the thing in it, from 0; and the key of the next thing as it was
# before an act took this one out of the list.
NARROWED, AT, THEN = "_changelist_filters", "at", "then"
# Of things that a second list shows too, such as stalled items: the name of its model.
LIST = "list"
# The place in the list of what is due to the person (huadu_portal/dashboard/worklist.py).
DUE = "due"
# Rows read on either side of the place: so far may a thing have moved since the list was shown.
SLACK = 25


@dataclass(frozen=True)
class Neighbours:
    """What stands before and after a thing in the list it was opened from.

    `previous`, `next`: addresses, "" where there is none. `position`: from 1, None once the
    thing has left the list. `next_key`: what `next` is the page of.
    """

    previous: str
    next: str
    position: int | None
    total: str
    list_url: str
    next_key: Any = None

    @property
    def further(self) -> str:
        """Where one goes on: to the next, or behind the last one back to the list."""
        return self.next or self.list_url


# Read from a page's address by whoever has a list of things of several kinds.
Source = Callable[[HttpRequest], Neighbours | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Called in an app's `ready()`. The source answers None to an address that names no place
    in its list."""
    _sources.append(source)


def neighbours_by_address(request: HttpRequest) -> Neighbours | None:
    """The neighbours of a page that was opened from one of the registered lists."""
    found = (source(request) for source in _sources)
    return next((each for each in found if each), None)


def kept_place(request: HttpRequest, then: Any = None) -> str:
    """What of a page's address names list and place, for the addresses that it leads to; `then`: of a
    thing that is about to leave the list, the key of the next one."""
    said = {
        name: request.GET[name]
        for name in (NARROWED, AT, LIST, DUE, THEN)
        if name in request.GET
    }
    if then:
        said[THEN] = str(then)
    return f"?{urlencode(said)}" if said else ""


def place_in_list(narrowed: str, at: int, second: str = "") -> str:
    """The query string of the page of the thing at a place of a list; `second`: of another list
    than its own."""
    said = {NARROWED: narrowed, LIST: second}
    return "?" + urlencode({name: text for name, text in said.items() if text} | {AT: at})


def place_asked(query: QueryDict) -> int | None:
    """Which place of the list an address names; None if none, or one that no list shows."""
    text = query.get(AT, "")
    at = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    return at if at is not None and at < PAGED_AT_MOST else None


@dataclass(frozen=True)
class Around:
    """The keys of a part of a list, the first of which stands at `first`, around the place `at`."""

    keys: list[Any]
    first: int
    at: int

    @classmethod
    def read(cls, rows: QuerySet, at: int) -> "Around":
        first = max(at - SLACK, 0)
        return cls(list(rows.values_list("pk", flat=True)[first : at + SLACK + 1]), first, at)

    @property
    def reaches_the_end(self) -> bool:
        return bool(self.keys) and len(self.keys) <= self.at - self.first + SLACK

    def beside(self, key: Any, then: str) -> tuple[int | None, int | None, int | None]:
        """The places of the one before it, of itself and of the next one.

        Of a thing that has left the list: its next one was told before (`then`); or else the list
        has closed up, and the next one stands where it stood.
        """
        if key in self.keys:
            here = self.first + self.keys.index(key)
            return self._there(here - 1), here, self._there(here + 1)
        told = [str(each) for each in self.keys]
        place = self.first + told.index(then) if then in told else self.at
        return self._there(place - 1), None, self._there(place)

    def _there(self, place: int) -> int | None:
        return place if 0 <= place - self.first < len(self.keys) else None

    def key_at(self, place: int) -> Any:
        return self.keys[place - self.first]

    def total(self, rows: QuerySet) -> str:
        """How many rows the list has; asked only where the end has not been read."""
        if self.reaches_the_end or (not self.keys and self.first == 0):
            return count_in_words(self.first + len(self.keys), PAGED_AT_MOST)
        return count_in_words(counted({"all": rows}, PAGED_AT_MOST)["all"], PAGED_AT_MOST)
