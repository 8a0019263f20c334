"""No page of the accounts says that a mail was sent, or will be, where no mail goes out."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.accounts import entering
from tests.accounts.test_sign_up import ENTRIES

NO_MAIL = {"zh-hans": "本系统暂不能发送电子邮件", "en": "This portal cannot send e-mail yet"}
HOTLINE = "12345"
# What the pages say where mail goes out.
SENT = ["已向您发送", "已发送至", "系统将发送", "垃圾邮件"]
SENT += ["An e-mail with a link has been", "A verification link has been", "a link for setting"]
SENT += ["will be sent", "We have sent", "spam folder"]

pytestmark = pytest.mark.parametrize("language", NO_MAIL)


@pytest.fixture(autouse=True)
def nobody_has_tried(db, settings, client, language):
    cache.clear()
    settings.DEMO, settings.MAIL_GOES_OUT = False, False
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language


@pytest.fixture
def with_server(settings):
    def set_up():
        settings.MAIL_GOES_OUT = True

    return set_up


def sign_up(client):
    return client.post("/accounts/signup/", ENTRIES, follow=True)


def ask_for_password(client):
    address = reverse("account_reset_password")
    return client.post(address, {"email": "alice@example.com"}, follow=True)


def sign_in_unconfirmed(client):
    sign_up(client)
    entries = {"login": ENTRIES["email"], "password": ENTRIES["password1"]}
    return client.post("/accounts/login/", entries, follow=True)


AFTER = [sign_up, ask_for_password, sign_in_unconfirmed]
BEFORE = ["account_signup", "account_reset_password"]


@pytest.mark.parametrize("act", AFTER)
def test_the_page_after_an_act_says_that_nothing_was_sent(client, alice, language, act):
    text = act(client).text

    assert NO_MAIL[language] in text
    assert HOTLINE in text
    assert [said for said in SENT if said in text] == []


@pytest.mark.parametrize("page", BEFORE)
def test_the_form_says_so_before_it_is_filled_in(client, language, page):
    text = client.get(reverse(page)).text

    assert NO_MAIL[language] in text
    assert [said for said in SENT if said in text] == []


def test_the_addresses_of_an_account_say_so_too(client, alice, language):
    entering.confirmed(alice)
    client.force_login(alice)

    page = client.get(reverse("account_email"))

    assert NO_MAIL[language] in page.text


@pytest.mark.parametrize("act", AFTER)
def test_with_a_server_the_page_says_that_it_was_sent(
    client, alice, language, act, with_server
):
    with_server()

    text = act(client).text

    assert NO_MAIL[language] not in text
    assert [said for said in SENT if said in text] != []


def test_whether_an_address_has_an_account_is_not_told(client, alice, language):
    entering.confirmed(alice)

    known, unknown = [
        client.post("/accounts/signup/", ENTRIES | {"email": email}, follow=True)
        for email in ("alice@example.com", "nobody@example.com")
    ]

    assert known.redirect_chain == unknown.redirect_chain
    assert NO_MAIL[language] in known.text
    assert NO_MAIL[language] in unknown.text


def test_no_link_is_offered_that_cannot_be_sent(client, language, with_server):
    address = reverse("account_reset_password")
    form = f'<form method="post" action="{address}">'

    assert form not in client.get(address).text
    with_server()
    assert form in client.get(address).text
