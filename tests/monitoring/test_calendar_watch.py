"""The year that is missing: who is told, from when, how often."""

from datetime import datetime

import pytest
from django.utils import translation

from huadu_portal.monitoring import calendar_watch, status, tasks
from huadu_portal.notifications.models import Delivery, Notification, Sweep
from huadu_portal.workdays.operations import replace_year
from tests.conftest import DAY, SHANGHAI, person
from tests.workdays.notices import of_2027


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


# The first working day of November 2026 is Monday the 2nd.
FIRST = at(11, 2)


def told():
    return sorted(Notification.objects.values_list("recipient__username", flat=True))


@pytest.fixture(autouse=True)
def cast(catalogue, tom, ada, sun, chen):
    """Tom administers the system, the others do not."""


class TestNotice:
    def test_goes_to_system_administrators_by_mail_too(self):
        calendar_watch.tell_of_missing_year(FIRST)

        assert told() == ["tom"]
        with translation.override("en"):
            assert "2027" in Notification.objects.get().title
        assert Delivery.objects.get().to == "tom@example.com"

    @pytest.mark.parametrize(
        "moment",
        [
            pytest.param(at(10, 30), id="in October"),
            pytest.param(at(11, 1), id="on a Sunday"),
            pytest.param(at(11, 2, 8), id="before the office opens"),
        ],
    )
    def test_is_not_given(self, moment):
        calendar_watch.tell_of_missing_year(moment)

        assert told() == []

    def test_is_given_once_a_week(self):
        for days in range(7):
            calendar_watch.tell_of_missing_year(FIRST + days * DAY)
            calendar_watch.tell_of_missing_year(FIRST + days * DAY)
        assert told() == ["tom"]

        calendar_watch.tell_of_missing_year(FIRST + 7 * DAY)

        assert told() == ["tom", "tom"]

    def test_reaches_who_has_become_an_administrator_since(self):
        calendar_watch.tell_of_missing_year(FIRST)
        person("tim", "system_admin")

        calendar_watch.tell_of_missing_year(FIRST + DAY)

        assert told() == ["tim", "tom"]

    def test_goes_on_in_the_year_itself(self):
        calendar_watch.tell_of_missing_year(datetime(2027, 1, 4, 10, tzinfo=SHANGHAI))

        assert told() == ["tom"]

    def test_ends_with_the_publication(self):
        replace_year(of_2027(), at=FIRST)

        calendar_watch.tell_of_missing_year(FIRST)

        assert told() == []

    def test_asks_little_when_all_is_told(self, django_assert_max_num_queries):
        calendar_watch.tell_of_missing_year(FIRST)

        with django_assert_max_num_queries(8):
            calendar_watch.tell_of_missing_year(FIRST)


def test_the_tick_says_when_it_ran(monkeypatch):
    monkeypatch.setattr(tasks, "now", lambda: FIRST)

    tasks.watch_calendar()

    assert told() == ["tom"]
    assert Sweep.objects.get(kind="calendar").finished_at == FIRST


class TestStatusPage:
    @pytest.fixture(autouse=True)
    def in_english(self, monkeypatch):
        monkeypatch.setattr(status, "_redis_answers", lambda: False)
        with translation.override("en"):
            yield

    def facts(self, moment):
        return {
            str(f.label): f.is_well for _title, facts in status.groups(moment) for f in facts
        }

    def test_calls_a_missing_year_ill(self):
        shown = self.facts(FIRST)

        assert (shown["last year that is loaded"], shown["the year 2027"]) == (False, False)

    def test_is_content_in_october(self):
        shown = self.facts(at(10, 30))

        assert shown["last year that is loaded"] is True
        assert "the year 2027" not in shown
