"""Nobody learns from an answer, or from how long it took, who has an account."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

from tests.accounts import entering
from tests.accounts.test_sign_up import ENTRIES
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def hashed(monkeypatch):
    """Every hash of a password, which is what takes the time."""
    hashes, encode = [], MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashes.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return hashes


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr(
        "huadu_portal.notifications.operations.send_account_mail",
        lambda *mail, **options: sent.append(mail),
    )
    return sent


@pytest.fixture
def people(alice, bob, eve):
    """Alice has an account, Bob's is switched off, Eve has not confirmed, Olaf no password."""
    entering.confirmed(alice)
    entering.confirmed(bob)
    bob.is_active = False
    bob.save()
    olaf = type(alice).objects.create_user("olaf", "olaf@example.com")
    entering.confirmed(olaf)


LOGINS = [
    "alice",
    "alice@example.com",
    "bob",
    "eve",
    "olaf",
    "olaf@example.com",
    "nobody",
    "nobody@example.com",
]


def by_page(name):
    return Client().post(entering.LOGIN, {"login": name, "password": "wrong"})


def by_interface(name):
    body = {"username": name, "password": "wrong"}
    return Client().post("/api/v1/auth/token/", body, content_type="application/json")


class TestSigningIn:
    @pytest.mark.parametrize("signing_in", [by_page, by_interface])
    def test_costs_one_hash_whoever_is_named(self, people, hashed, signing_in):
        costs = {}
        for name in LOGINS:
            hashed.clear()
            signing_in(name)
            costs[name] = len(hashed)

        assert costs == dict.fromkeys(LOGINS, 1)

    def test_answers_alike(self, people):
        answers = {by_interface(name).content for name in LOGINS}

        assert len(answers) == 1


class TestSigningUp:
    def ask(self, email):
        return Client().post("/accounts/signup/", ENTRIES | {"email": email})

    def test_costs_as_many_hashes_for_a_known_address(self, people, hashed):
        unknown = self.ask("new@example.com")
        of_unknown = len(hashed)
        hashed.clear()

        known = self.ask("alice@example.com")

        assert len(hashed) == of_unknown > 0
        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)

    def test_writes_one_mail_either_way(self, people, sent):
        self.ask("new@example.com")
        self.ask("alice@example.com")

        assert [mail[0] for mail in sent] == ["new@example.com", "alice@example.com"]

    def test_leaves_the_same_cookies(self, people):
        browsers = [Client(), Client()]
        for browser, email in zip(
            browsers, ["new@example.com", "alice@example.com"], strict=True
        ):
            browser.post("/accounts/signup/", ENTRIES | {"email": email})

        assert {*browsers[0].cookies} == {*browsers[1].cookies}


class TestNewPassword:
    def test_is_answered_alike_with_one_mail_each(self, people, sent):
        answers = [
            Client().post("/accounts/password/reset/", {"email": f"{name}@example.com"})
            for name in ("alice", "bob", "nobody")
        ]

        assert len({(answer.status_code, answer.url) for answer in answers}) == 1
        assert len(sent) == 3


def test_right_password_is_let_in(people):
    assert entering.is_in(entering.sign_in(password=PASSWORD))
