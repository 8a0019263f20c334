"""A session that cannot be kept once the page is made: what was done stays done, and said."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from huadu_portal.accounts import sessions
from huadu_portal.accounts.session_store import Session
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.models import Application
from tests.conftest import PASSWORD

START = "/apply/new/"
DRAFTS = "/api/v1/applications/"
COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def as_alice(alice, firm, catalogue):
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    client.get("/notifications/")
    return client


@pytest.fixture
def gone(monkeypatch):
    """Another page signs her out while this one is at work."""
    during(monkeypatch, lambda: Session.objects.all().delete())


@pytest.fixture
def away(monkeypatch):
    """The database goes away once this page has done its work."""

    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    during(monkeypatch, lambda: monkeypatch.setattr(SessionStore, "save", fail))


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """Every request is one whose session is to be written."""
    monkeypatch.setattr(sessions, "BETWEEN", 0)


def during(monkeypatch, happens):
    act = operations.start_application

    def acting(*args, **kwargs):
        done = act(*args, **kwargs)
        happens()
        return done

    monkeypatch.setattr(operations, "start_application", acting)


def begin(client, firm):
    return client.post(START, {"enterprise": firm.pk})


class TestGone:
    def test_the_work_is_answered_as_done(self, as_alice, firm, gone):
        answer = begin(as_alice, firm)

        assert answer.status_code == 302
        assert answer.url.startswith(f"/apply/{Application.objects.get().pk}/")

    def test_and_the_next_page_asks_to_sign_in(self, as_alice, firm, gone):
        answer = begin(as_alice, firm)

        assert answer.cookies[COOKIE].value == ""
        assert as_alice.get(answer.url).url.startswith("/accounts/login/?next=")

    def test_a_page_that_was_only_read_is_shown(self, as_alice, monkeypatch):
        load = SessionStore.load

        def signed_out_after(store):
            found = load(store)
            Session.objects.all().delete()
            return found

        monkeypatch.setattr(SessionStore, "load", signed_out_after)

        assert as_alice.get("/notifications/").status_code == 200

    def test_what_was_said_of_the_act_goes_another_way(self, as_alice, firm, monkeypatch):
        """By a cookie, to the page that asks to sign in."""

        def refused(*args, **kwargs):
            Session.objects.all().delete()
            raise NotAllowed("Nine drafts are enough.")

        monkeypatch.setattr(operations, "start_application", refused)
        answer = begin(as_alice, firm)

        assert answer.status_code == 302
        assert "Nine drafts are enough." in as_alice.get(answer.url, follow=True).text


class TestAway:
    def test_the_work_is_answered_as_done(self, as_alice, firm, away):
        answer = begin(as_alice, firm)

        assert answer.status_code == 302
        assert Application.objects.exists()
        assert COOKIE not in answer.cookies

    def test_the_interface_too(self, as_alice, firm, away):
        answer = as_alice.post(
            DRAFTS, {"enterprise": str(firm.pk)}, content_type="application/json"
        )

        assert (answer.status_code, Application.objects.count()) == (201, 1)

    def test_nobody_is_told_to_be_signed_in_who_is_not(self, alice, monkeypatch):
        EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
        client = Client(raise_request_exception=False)

        def fail(*args, **kwargs):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(SessionStore, "save", fail)
        answer = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})

        assert answer.status_code == 503
        assert COOKIE not in answer.cookies
