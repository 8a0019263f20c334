"""What the placeholders in the texts of steps stand for, in words. Pure: no database."""

import re
from collections.abc import Iterable

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Those of the courses that come with the portal; another one is shown by its own name.
LABELS: dict[str, LazyText] = {
    "item": _("approval"),
    "project": _("project"),
    "due": _("due date"),
    "statutory": _("due by law"),
    "asked": _("day of the question"),
    "asker": _("department that asks"),
    "number": _("number"),
    "promised": _("what was promised"),
}
PLACEHOLDER = re.compile(r"%\(([a-z_]+)\)s")


def label_of(name: str) -> str:
    return str(LABELS.get(name, name))


def with_labels(text: str) -> str:
    """The text of a step as it is read: each placeholder by what it stands for, in brackets."""
    brackets = "[]" if get_language() == "en" else "〔〕"
    return PLACEHOLDER.sub(lambda found: label_of(found[1]).join(brackets), text)


def named(names: Iterable[str]) -> list[tuple[str, str]]:
    """As it is typed, and what it stands for; in alphabetical order."""
    return [(f"%({name})s", label_of(name)) for name in sorted(names)]
