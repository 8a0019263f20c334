"""The recipes of CONTRIBUTING.md, and what docs/ says of the code, lead to places that exist."""

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
# A file or folder, perhaps with a name in it: approvals/rights.py:RULES.
PLACE = re.compile(r"`([\w.]+/[\w./-]*|[\w-]+\.(?:py|md|yaml))(?::(\w+))?`")


def is_there(path, name):
    file = ROOT / path
    if not name:
        # A decision may be named by its number alone.
        return file.exists() or any(ROOT.glob(f"{path}-*.md"))
    defined = rf"^\s*(?:(?:class|def) {name}\b|{name}(?::| =))"
    return file.is_file() and bool(re.search(defined, file.read_text(), re.MULTILINE))


def test_every_place_exists():
    found = PLACE.findall((ROOT / "CONTRIBUTING.md").read_text())

    gone = [place for place in found if not is_there(*place)]

    assert len(found) > 50
    assert gone == []


@pytest.mark.parametrize("page", ["states.md", "quality.md"])
def test_every_place_that_a_page_names_exists(page):
    found = PLACE.findall((ROOT / "docs" / page).read_text())

    gone = [place for place in found if not is_there(*place)]

    assert len(found) > 10
    assert gone == []


@pytest.mark.parametrize("place", ["`approvals/models.py:Status`", "`approvals/rights.py:X`"])
def test_a_place_that_has_moved_is_noticed(place):
    (found,) = PLACE.findall(place)

    assert not is_there(*found)
