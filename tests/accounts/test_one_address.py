"""Links in mails lead to the portal's own address, whatever the request was called by."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from huadu_portal.accounts.models import User
from tests.accounts import entering
from tests.accounts.test_sign_up import ENTRIES

FALSE = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "1"}


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def sent(monkeypatch):
    """The text of each mail."""
    sent = []
    monkeypatch.setattr(
        "huadu_portal.notifications.operations.send_account_mail",
        lambda to, subject, body, **options: sent.append(body),
    )
    return sent


@pytest.fixture(autouse=True)
def any_host_comes_through(settings):
    """As behind a proxy that lets them."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://portal.example"


def links(body):
    return re.findall(r"https?://\S+", body)


def ours(body):
    found = links(body)
    return bool(found) and all(link.startswith("https://portal.example/") for link in found)


def test_of_a_new_password(client, alice, sent):
    entering.confirmed(alice)

    client.post("/accounts/password/reset/", {"email": alice.email}, headers=FALSE)

    (body,) = sent
    assert ours(body)
    assert "/accounts/password/reset/key/" in body


def test_of_a_new_password_for_nobody(client, sent):
    client.post("/accounts/password/reset/", {"email": "nobody@example.com"}, headers=FALSE)

    (body,) = sent
    assert ours(body)


def test_of_confirming_an_address(client, sent):
    client.post("/accounts/signup/", ENTRIES, headers=FALSE)

    (body,) = sent
    assert ours(body)
    assert "/accounts/confirm-email/" in body


def test_of_an_address_that_is_known(client, alice, sent):
    entering.confirmed(alice)

    client.post("/accounts/signup/", ENTRIES | {"email": alice.email}, headers=FALSE)

    (body,) = sent
    assert ours(body)


def test_of_a_further_address(alice, sent):
    entering.confirmed(alice)
    browser = entering.sign_in()
    browser.post("/accounts/reauthenticate/", {"password": entering.PASSWORD})

    browser.post(
        "/accounts/email/", {"email": "a2@example.com", "action_add": ""}, headers=FALSE
    )

    assert ours(sent[-1])
    assert "/accounts/confirm-email/" in sent[-1]


def test_of_a_new_account_at_the_desk(client, sun, sent):
    client.force_login(sun)
    body = {"username": "wu", "name": "吴", "email": "wu@example.com", "role": "leader"}

    client.post("/admin/accounts/user/add/", body, headers=FALSE)

    assert User.objects.filter(username="wu").exists()
    assert ours(sent[0])
    assert "/accounts/password/reset/key/" in sent[0]


def test_of_signing_in_unconfirmed(alice, sent):
    body = {"login": "alice", "password": entering.PASSWORD}

    Client().post(entering.LOGIN, body, headers=FALSE)

    (text,) = sent
    assert ours(text)
