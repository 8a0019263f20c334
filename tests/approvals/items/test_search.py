"""Lists of items are searched by number, project, enterprise and approval, by each word."""

import pytest

from approvals.items import search
from approvals.models import ApprovalItem
from tests.conftest import item_of

pytestmark = pytest.mark.django_db


def found(text) -> set:
    return {item.pk for item in search.found(ApprovalItem.objects.all(), text)}


@pytest.fixture(autouse=True)
def both(project, other_project):
    """Two projects, of two firms."""


@pytest.mark.parametrize("text", ["座椅", "座椅总成工厂", "示例座椅", "座"])
def test_a_word_of_project_or_enterprise_finds_all_its_items(other_project, text):
    assert found(text) == {item.pk for item in other_project.items.all()}


def test_a_word_of_the_approval_finds_it_in_every_project(project, other_project):
    item, other = item_of(project, "HD-GC-01"), item_of(other_project, "HD-GC-01")

    assert found("hd-gc-01") == {item.pk, other.pk}
    assert found(item.approval_type.name) >= {item.pk, other.pk}


def test_every_word_has_to_be_there(other_project):
    assert found("座椅 HD-GC-01") == {item_of(other_project, "HD-GC-01").pk}
    assert found("座椅 锦华") == set()


def test_a_number_is_found_from_its_beginning_on(submitted):
    assert found(submitted.number.lower()) == {submitted.pk}
    assert submitted.pk in found(submitted.number[:6])


def test_what_many_projects_have_is_found_as_well(project, other_project, monkeypatch):
    both = project.number[:5]
    assert other_project.number.startswith(both)
    # So that of two projects only one would be looked up.
    monkeypatch.setattr(search, "FEW", 0)

    assert found(f"{both} HD-GC-01") == {
        item_of(each, "HD-GC-01").pk for each in (project, other_project)
    }


def test_signs_of_the_database_are_letters_like_others():
    assert found("%") == found("_") == found("\\") == set()


def test_a_search_of_three_words_asks_seven_statements(django_assert_num_queries):
    """Two that look up what few there are, for each word; the items are one."""
    with django_assert_num_queries(7):
        found("座椅 工厂 HD-GC-01")
