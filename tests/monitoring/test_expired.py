"""What has expired is removed by a sweep; what still lets somebody in stays."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models.functions import Now

from huadu_portal.accounts.session_store import Session, SessionStore
from huadu_portal.accounts.tokens import Token
from huadu_portal.clock import now
from huadu_portal.monitoring import expired, tasks
from huadu_portal.notifications.models import Sweep
from huadu_portal.rest.models import LIFETIME, IdempotencyKey

SECOND = timedelta(seconds=1)


@pytest.fixture
def sessions(alice):
    """One that has ended and one that goes on, by their keys."""

    def session(end):
        store = SessionStore()
        store["_auth_user_id"] = str(alice.pk)
        store.create()
        Session.objects.filter(pk=store.session_key).update(expire_date=end)
        return store.session_key

    return session(now() - SECOND), session(now() + SECOND * 60)


@pytest.fixture
def tokens(alice):
    def token(expiry):
        row, _token = Token.objects.create(alice)
        Token.objects.filter(pk=row.pk).update(expiry=expiry)
        return row.pk

    return token(now() - SECOND), token(now() + SECOND * 60)


@pytest.fixture
def answers(alice):
    """By the database's clock, which stamped them."""

    def answer(key, age):
        created = Now() - age
        row = IdempotencyKey.objects.create(user=alice, key=key, path="/", created_at=created)
        return row.pk

    return answer("old", LIFETIME + SECOND), answer("young", LIFETIME - SECOND * 60)


@pytest.fixture
def counts(db):
    cache.clear()
    cache.set("old", 1, timeout=60)
    cache.set("young", 1, timeout=3600)
    cache.set("forever", 1, timeout=None)


def keys_in_cache():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        return {key.rpartition(":")[2] for (key,) in cursor.fetchall()}


def test_only_what_has_expired_is_removed(sessions, tokens, answers, counts):
    tasks.remove_expired()

    assert list(Session.objects.values_list("pk", flat=True)) == [sessions[1]]
    assert list(Token.objects.values_list("pk", flat=True)) == [tokens[1]]
    assert list(IdempotencyKey.objects.values_list("pk", flat=True)) == [answers[1]]
    assert keys_in_cache() == {"old", "young", "forever"}


def test_counts_are_removed_once_their_time_is_over(counts, time_machine):
    time_machine.shift(61)

    tasks.remove_expired()

    assert keys_in_cache() == {"young", "forever"}


def test_many_are_removed_in_portions(counts, sessions, tokens, monkeypatch, time_machine):
    monkeypatch.setattr(expired, "PORTION", 1)
    time_machine.shift(7200)

    tasks.remove_expired()

    assert not Session.objects.exists()
    assert not Token.objects.exists()
    assert keys_in_cache() == {"forever"}


def test_it_is_marked_as_done(db):
    tasks.remove_expired()

    assert Sweep.objects.filter(kind=Sweep.Kind.EXPIRED).exists()
