"""The recipes of CONTRIBUTING.md, and what README and docs/ say of the code, lead to places that exist."""

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
# A file or folder, perhaps with a name in it: approvals/items/rights.py:FIRM.
PLACE = r"`([\w.]+/[\w./-]*|[\w-]+\.(?:py|md|yaml))(?::(\w+))?`"
# Further names of the same file: `approvals/items/rights.py:FIRM`, `HEADS`.
FURTHER = r"(?:(?::|,| and| or|,? \(?and) `\w+`)*"
PLACES = re.compile(f"{PLACE}({FURTHER})")
# Where they are carried out (tests/recipes.py).
MADE_BY_RECIPES = {
    "tests/approvals/acts/test_note_call.py",
    "tests/projects/test_hazardous_chemicals.py",
    "tests/dashboard/test_to_correct.py",
    "agents/data/escalation.yaml",
    "tests/agents/test_visits.py",
}
# By make, on whoever's machine.
MADE = [("bench/results/", "")]


def places(text):
    """Every file or folder the text names, with each name that is said to stand in it."""
    for path, name, further in PLACES.findall(text):
        yield path, name
        yield from ((path, each) for each in re.findall(r"`(\w+)`", further))


def is_there(path, name):
    file = ROOT / path
    if not name:
        # A decision may be named by its number alone.
        return file.exists() or any(ROOT.glob(f"{path}-*.md"))
    defined = rf"^\s*(?:(?:class|def) {name}\b|{name}(?::| =))"
    return file.is_file() and bool(re.search(defined, file.read_text(), re.MULTILINE))


def test_every_place_exists():
    found = [*places((ROOT / "CONTRIBUTING.md").read_text())]

    gone = {path for path, name in found if not is_there(path, name)}

    assert len(found) > 50
    assert gone == {path for path in MADE_BY_RECIPES if not is_there(path, "")}


@pytest.mark.parametrize("page", ["README.md", "docs/states.md", "docs/quality.md"])
def test_every_place_that_a_page_names_exists(page):
    found = [*places((ROOT / page).read_text())]

    gone = [place for place in found if not is_there(*place) and place not in MADE]

    assert len(found) > 10
    assert gone == []


@pytest.mark.parametrize(
    "place", ["`approvals/models.py:Status`", "`approvals/items/rights.py:X`"]
)
def test_a_place_that_has_moved_is_noticed(place):
    (found,) = places(place)

    assert not is_there(*found)


@pytest.mark.parametrize(
    "named",
    [
        "`approvals/items/rights.py:FIRM`, `CENTRE`, `GONE`",
        "`approvals/items/rights.py`: `FIRM`, `GONE`",
        "`approvals/items/rights.py:FIRM` (and `CENTRE` or `GONE`)",
        "`approvals/items/rights.py:FIRM`, and `GONE` if it is asked",
    ],
)
def test_a_further_name_that_has_moved_is_noticed(named):
    found = [place for place in places(named) if not is_there(*place)]

    assert found == [("approvals/items/rights.py", "GONE")]
