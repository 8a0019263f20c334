"""The recipes of CONTRIBUTING.md lead to places that exist."""

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
# A file or folder, perhaps with a name in it: approvals/rights.py:RULES.
PLACE = re.compile(r"`([\w.]+/[\w./-]*|[\w-]+\.(?:py|md|yaml))(?::(\w+))?`")


def is_there(path, name):
    file = ROOT / path
    if not name:
        return file.exists()
    defined = rf"^\s*(?:(?:class|def) {name}\b|{name}(?::| =))"
    return file.is_file() and bool(re.search(defined, file.read_text(), re.MULTILINE))


def test_every_place_exists():
    found = PLACE.findall((ROOT / "CONTRIBUTING.md").read_text())

    gone = [place for place in found if not is_there(*place)]

    assert len(found) > 50
    assert gone == []


@pytest.mark.parametrize("place", ["`approvals/models.py:Status`", "`approvals/rights.py:X`"])
def test_a_place_that_has_moved_is_noticed(place):
    (found,) = PLACE.findall(place)

    assert not is_there(*found)
