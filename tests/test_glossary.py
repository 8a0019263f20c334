"""`docs/glossary.md` names things as the pages and the code do, each once."""

import ast
import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = settings.BASE_DIR
APPS = ["huadu_portal", "projects", "approvals", "agents"]
# Their functions are called after the page, act or operation that they lead to.
ENTRIES = {"views", "project_views", "tasks", "templatetags"}
PAGE = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
# Django's own name; and the same thing done in several places, each named by its module.
MAY_SHARE = {"Command", "is_unanswered", "of_item", "register", "render", "wake_worker"}
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
    words = set()
    for file in modules():
        words.update(re.findall(r"\w+", file.read_text(encoding="utf-8")))

    assert {code for _chinese, _english, code in TERMS} <= words


def test_no_public_class_or_function_shares_its_name_with_another():
    found = Counter(name for file in modules() for name in public_names(file))

    assert {name for name, number in found.items() if number > 1} == MAY_SHARE


def public_names(file):
    is_entry = bool(ENTRIES & {*file.with_suffix("").parts})
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.FunctionDef(name=name) if not is_entry and not name.startswith("_"):
                yield name


def modules():
    files = [file for app in APPS for file in (ROOT / app).rglob("*.py")]
    return [file for file in files if "migrations" not in file.parts]


@pytest.mark.parametrize("column", [0, 1])
def test_no_word_stands_for_two_things(column):
    words = [term[column] for term in TERMS]

    assert sorted(words) == sorted(set(words))
