"""A changed SECRET_KEY ends nothing while the former one is among SECRET_KEY_FALLBACKS."""

import pytest
from django.core.cache import cache
from django.test import Client

from huadu_portal.accounts import devices
from huadu_portal.accounts.models import User
from huadu_portal.accounts.tokens import Token
from tests.accounts import entering
from tests.accounts.entering import is_in, sign_in, status_with

ACCESS = "/accounts/access/"
OLD, NEW = "the key of last year" * 3, "the key of this year" * 3


@pytest.fixture(autouse=True)
def last_year(settings, db):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    cache.clear()


@pytest.fixture
def owner(alice):
    entering.with_factor(alice)
    return entering.confirmed(alice)


@pytest.fixture
def signed_in(owner):
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def token(owner):
    _row, token = Token.objects.create(owner)
    assert status_with(token) == 200
    return token


@pytest.fixture
def change(settings):
    def change(*, fallbacks=(OLD,)):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [*fallbacks]

    return change


@pytest.fixture
def another_password(owner):
    def change():
        User.objects.filter(pk=owner.pk).update(password="md5$x$y")

    return change


class TestToken:
    def test_is_good_under_the_former_key(self, token, change):
        change()

        assert status_with(token) == 200

    def test_ends_without_it(self, token, change):
        change(fallbacks=[])

        assert status_with(token) == 401

    def test_ends_with_another_password_all_the_same(self, token, change, another_password):
        change()
        another_password()

        assert status_with(token) == 401

    def test_ends_with_another_second_factor_all_the_same(self, owner, token, change):
        change()
        owner.authenticator_set.all().delete()

        assert status_with(token) == 401

    def test_stands_on_its_owners_page(self, owner, token, signed_in, change):
        change()

        assert len(signed_in.get(ACCESS).context["tokens"]) == 1


class TestBrowser:
    def test_stays_signed_in(self, signed_in, change):
        change()

        assert is_in(signed_in)

    def test_stays_signed_in_when_its_page_asks_by_itself(self, signed_in, change):
        """Django gives the session another key with that very answer."""
        change()
        signed_in.get("/notifications/badge/")

        assert is_in(signed_in)

    def test_stands_on_its_owners_page_before_it_has_come_back(self, owner, signed_in, change):
        other = Client()
        other.force_login(owner)
        change()

        assert len(other.get(ACCESS).context["sessions"]) == 2


class TestKnownBrowser:
    @pytest.fixture
    def request_of_it(self, alice, rf):
        cookie = sign_in(name=entering.confirmed(alice).username).cookies[devices.COOKIE]
        request = rf.get("/")
        request.COOKIES[devices.COOKIE] = cookie.value
        assert devices.known(request, alice)
        return request

    def test_is_known_under_the_former_key(self, alice, request_of_it, change):
        change()

        assert devices.known(request_of_it, alice)

    def test_is_unknown_without_it(self, alice, request_of_it, change):
        change(fallbacks=[])

        assert devices.known(request_of_it, alice) is None

    def test_is_unknown_with_another_second_factor(self, alice, request_of_it, change):
        change()
        entering.with_factor(alice)

        assert devices.known(request_of_it, alice) is None
