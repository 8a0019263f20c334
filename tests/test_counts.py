"""Counts that stop, and the pages of a list that is counted so."""

import pytest

from huadu_portal.accounts.models import Department, User
from huadu_portal.counts import (
    AT_MOST,
    PAGED_AT_MOST,
    CountedPaginator,
    count_in_words,
    counted,
    without_empty_queries,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    User.objects.bulk_create(User(username=f"u{n}", email=f"u{n}@x.example") for n in range(7))
    return User.objects.all()


def test_several_are_counted_in_one_statement(people, django_assert_num_queries):
    rows = {"all": people, "one": people.filter(username="u3"), "none": people.none()}

    with django_assert_num_queries(1):
        assert counted(rows) == {"all": 7, "one": 1, "none": 0}


def test_nothing_to_count_asks_nothing(people, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counted({"none": people.none()}) == {"none": 0}


def test_all_are_counted_if_asked_for(people):
    assert counted({"all": people}, at_most=None) == {"all": 7}


def test_of_a_pages_lists_the_empty_ones_ask_no_more(people, django_assert_num_queries):
    lists = {"people": people, "none": people.filter(username="")}

    with django_assert_num_queries(1):
        context = without_empty_queries({"title": "x", "rows": [1]} | lists)

    assert (context["title"], context["rows"]) == ("x", [1])
    with django_assert_num_queries(1):
        assert (len(context["people"]), list(context["none"])) == (7, [])


def test_a_count_stops_one_beyond_what_is_said(people):
    assert counted({"all": people}, at_most=4) == {"all": 5}


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (AT_MOST, "999"), (AT_MOST + 1, "999+"), (10**6, "999+")]
)
def test_where_it_has_stopped_it_says_so(count, text):
    assert count_in_words(count) == text


def test_parameters_stand_in_the_order_of_what_is_counted(people, catalogue):
    rows = {
        "planning": Department.objects.filter(code="planning"),
        "u3": people.filter(username="u3"),
        "either": people.filter(username__in=["u1", "u2"]),
    }

    assert counted(rows) == {"planning": 1, "u3": 1, "either": 2}


def test_pages_end_where_the_count_has_stopped(people, monkeypatch):
    monkeypatch.setattr("huadu_portal.counts.PAGED_AT_MOST", 4)
    pages = CountedPaginator(people.order_by("pk"), per_page=2)

    assert (pages.count, pages.num_pages, pages.count_in_words) == (5, 2, "4+")


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (2, 1), (3, 2), (7, 4)])
def test_a_short_list_has_all_its_pages(people, count, pages):
    names = [f"u{n}" for n in range(count)]
    shown = CountedPaginator(people.filter(username__in=names).order_by("pk"), per_page=2)

    assert (shown.count, shown.num_pages, shown.count_in_words) == (count, pages, str(count))
    assert count < PAGED_AT_MOST
