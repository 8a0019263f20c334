"""Who is let in while the database is away, or busy with others."""

import threading

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from huadu_portal.database_waits import MONITOR, requests_under_way
from huadu_portal.failures import admission, pages
from tests.faults.waiting import eventually

PAGE, API = "/catalogue/", "/api/v1/departments/"


@pytest.fixture
def away(monkeypatch):
    monkeypatch.setattr(MONITOR, "is_away", True)


@pytest.mark.django_db
class TestAway:
    def test_a_page_says_so_at_once(self, client, away, django_assert_num_queries):
        with django_assert_num_queries(0):
            answer = client.get(PAGE)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "请稍后再试" in answer.text

    def test_the_interface_says_so_in_its_way(self, client, away):
        answer = client.get(API)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 503

    def test_readyz_names_it(self, client, away):
        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()["problems"]) == (503, ["database"])

    def test_metrics_show_it(self, client, away):
        answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")

        assert answer.status_code == 200
        assert "portal_database_away" in answer.text
        assert "portal_sweep_age_seconds" not in answer.text

    def test_healthz_is_well(self, client, away):
        assert client.get("/healthz").text == "ok\n"


@pytest.mark.django_db
def test_healthz_asks_no_database_for_somebody_signed_in(alice, django_assert_num_queries):
    client = Client()
    client.force_login(alice)

    with django_assert_num_queries(0):
        assert client.get("/healthz").text == "ok\n"


class BusyPortal:
    """The admission, with pages behind it that last until they are let go."""

    def __init__(self, rf):
        self.rf, self.ended, self.inside = rf, threading.Event(), []
        self.admission = admission.AdmissionMiddleware(self.page)
        self.threads = []

    def page(self, request):
        assert requests_under_way.current() is not None
        self.inside.append(request)
        self.ended.wait()
        return HttpResponse("done")

    def get(self, path=PAGE):
        return self.admission(self.rf.get(path))

    def fill(self):
        for _ in range(self.admission.places):
            thread = threading.Thread(target=self.get)
            thread.start()
            self.threads.append(thread)
        eventually(lambda: len(self.inside) == self.admission.places)

    def end(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def portal(rf):
    portal = BusyPortal(rf)
    yield portal
    portal.end()


class TestBusy:
    def test_three_of_four_threads_may_enter(self, portal):
        assert (settings.WEB_THREADS, portal.admission.places) == (4, 3)

    def test_the_next_is_refused_while_those_are_stuck(self, portal, monkeypatch):
        portal.fill()
        monkeypatch.setattr(MONITOR, "is_jammed", lambda places: places == 3)

        answer = portal.get()

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert portal.get("/healthz").text == "ok\n"

    def test_the_next_waits_while_one_of_those_is_served(self, portal, monkeypatch):
        portal.fill()
        # Looked at while it waits.
        monkeypatch.setattr(MONITOR, "is_jammed", lambda places: portal.ended.set())

        assert portal.get().status_code == 200

    def test_nobody_overtakes_who_waits(self, portal, monkeypatch):
        monkeypatch.setattr(admission, "QUEUE", 0.05)
        portal.ended.set()
        with portal.admission.turn:
            assert portal.get().status_code == 503

        assert portal.get().status_code == 200

    def test_nobody_waits_for_ever(self, portal, monkeypatch):
        monkeypatch.setattr(admission, "QUEUE", 0)
        portal.fill()

        assert portal.get().status_code == 503

    def test_a_page_that_fails_gives_its_place_back(self, rf):
        def fail(request):
            raise RuntimeError

        asked = admission.AdmissionMiddleware(fail)
        for _ in range(2 * asked.places):
            with pytest.raises(RuntimeError):
                asked(rf.get(PAGE))


def test_what_is_said_is_said_the_same_everywhere(rf):
    """Also by who has nothing but an exception."""
    request = rf.get(PAGE)

    assert pages.unavailable(request, 5).content == admission.refused(request, "away").content
