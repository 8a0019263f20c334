"""How often the interface may be asked: counted exactly, in one statement."""

import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from huadu_portal.rest.throttles import AnonymousThrottle, UserThrottle


class Thrice(UserThrottle):
    rate = "3/min"


class AnonymousThrice(AnonymousThrottle):
    rate = "3/min"


def ask(user, throttle=Thrice):
    request = RequestFactory().get("/")
    request.user = user
    asked = throttle()
    return asked.allow_request(request, None), asked.wait()


def test_refuses_what_goes_beyond_and_says_when_to_come_back(alice):
    answers = [ask(alice) for _ in range(5)]

    assert [allowed for allowed, _wait in answers] == [True] * 3 + [False] * 2
    assert all(0 < wait <= 60 for _allowed, wait in answers)


def test_counts_each_person_alone(alice, bob):
    assert [ask(alice)[0] for _ in range(4)][-1] is False

    assert ask(bob)[0]


def test_counts_the_anonymous_by_address(db, alice):
    answers = [ask(AnonymousUser(), AnonymousThrice)[0] for _ in range(4)]

    assert answers == [True] * 3 + [False]
    assert ask(alice, AnonymousThrice) == (True, None)


def test_begins_anew_when_the_minute_is_over(alice):
    assert [ask(alice)[0] for _ in range(4)][-1] is False

    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() WHERE cache_key LIKE '%asked_user%'")

    assert [ask(alice)[0] for _ in range(4)] == [True] * 3 + [False]


def test_takes_one_statement(alice):
    with CaptureQueriesContext(connection) as asked:
        ask(alice)

    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_counts_all_that_come_in_the_same_moment(alice):
    together, allowed = threading.Barrier(8), []

    def run():
        try:
            connection.ensure_connection()
            together.wait(30)
            allowed.append(ask(alice)[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(allowed) == [False] * 5 + [True] * 3


@pytest.mark.django_db(transaction=True)
def test_hurries_no_commit_but_its_own(alice):
    ask(alice)

    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
