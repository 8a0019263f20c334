"""Signing in and out by the programming interface."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache

from huadu_portal.accounts.tokens import Token
from tests.conftest import PASSWORD

URL = "/api/v1/auth/token/"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


@pytest.fixture
def confirmed(alice):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    return alice


def ask(client, name, password=PASSWORD, **body):
    body = {"username": name, "password": password} | body
    return client.post(URL, body, content_type="application/json")


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


class TestToken:
    @pytest.mark.parametrize("name", ["alice", "alice@example.com"])
    def test_is_given_for_name_or_address(self, client, confirmed, name):
        answer = ask(client, name).json()

        header = {"Authorization": f"Token {answer['token']}"}
        assert client.get("/api/v1/notifications/", headers=header).status_code == 200
        assert answer["expiry"]

    @pytest.mark.parametrize(
        ("name", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("x@y.z", PASSWORD)]
    )
    def test_a_wrong_name_looks_like_a_wrong_password(self, client, confirmed, name, password):
        response = ask(client, name, password)

        assert response.status_code == 400
        assert response.json() == ask(client, "alice", "wrong again").json()

    def test_is_not_given_before_the_address_is_confirmed(self, client, alice):
        assert ask(client, "alice").status_code == 400

    def test_is_not_given_to_an_account_switched_off(self, client, confirmed):
        confirmed.is_active = False
        confirmed.save()

        assert ask(client, "alice").status_code == 400

    def test_failed_attempts_are_limited(self, client, confirmed):
        answers = [ask(client, "alice", "wrong").status_code for _ in range(12)]

        assert answers[0] == 400
        assert answers[-1] == 429
        assert ask(client, "alice").status_code == 429

    @pytest.mark.parametrize(
        "body", [{}, {"username": "alice"}, {"username": [], "password": {}}]
    )
    def test_what_is_missing_is_named(self, client, db, body):
        response = client.post(URL, body, content_type="application/json")

        assert response.status_code == 400
        assert "password" in response.json()["errors"]

    def test_the_oldest_give_way(self, client, confirmed, settings):
        tokens = [ask(client, "alice").json()["token"] for _ in range(12)]

        assert Token.objects.filter(user=confirmed).count() == 10
        assert status_with(client, tokens[0]) == 401
        assert status_with(client, tokens[-1]) == 200

    def test_is_good_for_nothing_after_signing_out(self, client, confirmed):
        token = ask(client, "alice").json()["token"]
        header = {"Authorization": f"Token {token}"}

        response = client.post("/api/v1/auth/logout/", headers=header)

        assert response.status_code == 204
        assert status_with(client, token) == 401


def status_with(client, token):
    header = {"Authorization": f"Token {token}"}
    return client.get("/api/v1/notifications/", headers=header).status_code


class TestSecondFactor:
    @pytest.fixture
    def secret(self, confirmed):
        secret = generate_totp_secret()
        TOTP.activate(confirmed, secret)
        return secret

    def test_is_asked_for(self, client, secret):
        response = ask(client, "alice")

        assert (response.status_code, *response.json()["errors"]) == (400, "code")

    def test_lets_in(self, client, secret):
        assert ask(client, "alice", code=code_of(secret)).status_code == 200

    def test_a_code_is_good_once(self, client, secret):
        code = code_of(secret)
        ask(client, "alice", code=code)

        assert ask(client, "alice", code=code).status_code == 400

    def test_a_recovery_code_lets_in(self, client, secret, confirmed):
        code = RecoveryCodes.activate(confirmed).get_unused_codes()[0]

        assert ask(client, "alice", code=code).status_code == 200

    def test_wrong_codes_are_limited(self, client, secret):
        answers = [ask(client, "alice", code="000000").status_code for _ in range(12)]

        assert answers[-1] == 429

    def test_staff_without_one_get_no_token(self, client, wei, settings):
        settings.SECOND_FACTOR_REQUIRED = True
        EmailAddress.objects.create(user=wei, email=wei.email, verified=True, primary=True)

        assert ask(client, "wei").status_code == 403
