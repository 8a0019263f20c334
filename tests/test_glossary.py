"""`docs/glossary.md` names things as the pages and the code do, each once."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = settings.BASE_DIR
PAGE = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
# Chinese, English, `code`, meaning.
TERM = re.compile(r"^\| ([^|`]+) \| ([^|`]+) \| `(\w+)` \| .*\|$", re.M)
TERMS = TERM.findall(PAGE)


@pytest.fixture(scope="module")
def catalogue():
    with (settings.LOCALE_PATHS[0] / "zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def test_english_and_chinese_belong_together_as_on_the_pages(catalogue):
    shown = {english: catalogue.get(english) for _chinese, english, _code in TERMS}
    pages = {english: message and message.string for english, message in shown.items()}

    assert len(TERMS) > 100
    assert {english: chinese for chinese, english, _code in TERMS} == pages


def test_every_name_is_used_in_the_code():
    apps = ["huadu_portal", "projects", "approvals", "agents"]
    files = [file for app in apps for file in (ROOT / app).rglob("*.py")]
    words = set()
    for file in files:
        if "migrations" not in file.parts:
            words.update(re.findall(r"\w+", file.read_text(encoding="utf-8")))

    assert {code for _chinese, _english, code in TERMS} <= words


@pytest.mark.parametrize("column", [0, 1])
def test_no_word_stands_for_two_things(column):
    words = [term[column] for term in TERMS]

    assert sorted(words) == sorted(set(words))
