"""What ends sessions and tokens, and what a person sees and ends of their own."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from huadu_portal.accounts import browsers, operations
from huadu_portal.accounts.models import User
from huadu_portal.accounts.session_store import Session
from huadu_portal.accounts.tokens import Token
from tests.accounts import entering
from tests.accounts.entering import CODE, NEW, is_in, sign_in, status_with
from tests.accounts.test_token_api import code_of
from tests.conftest import PASSWORD

PAGE = "/accounts/access/"
ENDED = "该登录或令牌此前已经结束，目前仍有效的均列于下方。"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "MicroMessenger/8.0.50 Safari/604.1"
)


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def owner(alice):
    return entering.confirmed(alice)


@pytest.fixture
def this(owner):
    return sign_in(**{"User-Agent": FIREFOX})


@pytest.fixture
def other(owner):
    return sign_in(address=entering.THERE, **{"User-Agent": WECHAT})


@pytest.fixture
def token(owner):
    _row, token = Token.objects.create(owner)
    assert status_with(token) == 200
    return token


def ask_again(client, password=PASSWORD):
    client.post("/accounts/reauthenticate/", {"password": password})


class TestNewPassword:
    def test_by_its_owner_ends_tokens_and_sessions(self, this, other, token):
        body = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        this.post("/accounts/password/change/", body)

        assert (status_with(token), is_in(other)) == (401, False)
        assert is_in(sign_in(password=NEW))

    def test_by_a_link_ends_tokens_and_sessions(self, owner, this, token):
        entering.reset(owner)

        assert (status_with(token), is_in(this)) == (401, False)

    def test_by_whatever_way_ends_them(self, owner, this, token):
        User.objects.filter(pk=owner.pk).update(password="md5$x$y")

        assert (status_with(token), is_in(this)) == (401, False)


class TestAnotherSecondFactor:
    def test_set_up_ends_all_but_this_session(self, this, other, token):
        ask_again(this)
        this.get("/accounts/2fa/totp/activate/")
        code = code_of(this.session["mfa.totp.secret"])

        response = this.post("/accounts/2fa/totp/activate/", {"code": code})

        assert response.url == "/accounts/2fa/recovery-codes/"
        assert (status_with(token), is_in(other), is_in(this)) == (401, False, True)

    @pytest.fixture
    def with_factor(self, owner):
        """Two browsers and a token of one who has a second factor."""
        entering.with_factor(owner)
        this, other = Client(), Client()
        this.force_login(owner)
        other.force_login(owner)
        ask_again(this)
        _row, token = Token.objects.create(owner)
        return this, other, token

    @pytest.mark.parametrize("address", ["totp/deactivate/", "recovery-codes/generate/"])
    def test_taken_away_or_renewed_ends_all_but_this_session(self, with_factor, address):
        this, other, token = with_factor

        this.post(f"/accounts/2fa/{address}", {})

        assert (status_with(token), is_in(other), is_in(this)) == (401, False, True)

    def test_by_whatever_way_ends_them(self, owner, with_factor):
        this, other, token = with_factor
        Authenticator.objects.filter(user=owner).delete()

        assert (status_with(token), is_in(other), is_in(this)) == (401, False, False)

    def test_code_that_is_used_ends_nothing(self, owner, with_factor):
        this, _other, token = with_factor
        secret = Authenticator.objects.get(user=owner, type="totp").data["secret"]

        sign_in().post(CODE, {"code": code_of(secret)})

        assert (status_with(token), is_in(this)) == (200, True)


class TestSecurityAdministrator:
    @pytest.mark.parametrize("act", [operations.deactivate, operations.reset_second_factor])
    def test_ends_all_of_it(self, owner, this, token, sun, act):
        act(owner, by=sun)

        assert (status_with(token), is_in(this)) == (401, False)
        assert not Session.objects.filter(user=owner).exists()
        assert not Token.objects.filter(user=owner).exists()

    def test_sessions_do_not_come_back_with_the_account(self, owner, this, sun):
        operations.deactivate(owner, by=sun)
        operations.reactivate(owner, by=sun)

        assert not is_in(this)


class TestPage:
    def test_names_each_browser_and_marks_this_one(self, this, other, owner):
        page = this.get(PAGE, REMOTE_ADDR=entering.HERE)

        rows = [(row.browser, row.address, row.is_this) for row in page.context["sessions"]]
        assert rows == [
            ("Firefox · Windows", entering.HERE, True),
            ("微信 · iPhone", entering.THERE, False),
        ]
        assert page.text.count("tag-green") == 1

    def test_says_since_when(self, this, owner):
        begun = Session.objects.get(user=owner).begun_at
        this.get(PAGE, REMOTE_ADDR=entering.HERE)

        assert Session.objects.get(user=owner).begun_at == begun
        assert begun is not None

    def test_shows_no_key_of_a_session_or_token(self, this, other, token):
        page = this.get(PAGE).text

        assert not [row.pk for row in Session.objects.all() if row.pk in page]
        assert token not in page
        assert token[:8] in page

    def test_shows_nothing_of_other_people(self, this, bob):
        Client().force_login(bob)
        Token.objects.create(bob)

        page = this.get(PAGE)

        assert len(page.context["sessions"]) == 1
        assert page.context["tokens"] == []

    def test_shows_none_that_would_not_let_in(self, owner, other, token):
        entering.reset(owner)

        page = sign_in(password=NEW).get(PAGE)

        assert len(page.context["sessions"]) == 1
        assert page.context["tokens"] == []

    def test_asks_for_sign_in(self, client, db):
        assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"

    def test_is_in_the_account_menu(self, this):
        assert f'href="{PAGE}"' in this.get("/").text

    def test_is_open_to_staff_and_in_their_menu(self, client, wei):
        client.force_login(wei)

        assert client.get(PAGE).status_code == 200
        assert PAGE in client.get("/admin/").text


class TestEnding:
    def link(self, client, what):
        return re.search(rf'href="({PAGE}{what}/[^"]+/end/)"', client.get(PAGE).text)[1]

    def test_a_session_asks_first(self, this, other):
        assert this.get(self.link(this, "session")).status_code == 200
        assert is_in(other)

    def test_a_session_signs_that_browser_out(self, this, other):
        this.post(self.link(this, "session"))

        assert (is_in(other), is_in(this)) == (False, True)

    def test_this_session_signs_out(self, this, owner):
        handle = Session.objects.get(user=owner).handle

        this.post(f"{PAGE}session/{handle}/end/")

        assert not is_in(this)

    def test_a_token_asks_first(self, this, token):
        assert this.get(self.link(this, "token")).status_code == 200
        assert status_with(token) == 200

    def test_a_token_is_refused_from_then_on(self, this, token):
        this.post(self.link(this, "token"))

        assert status_with(token) == 401

    def test_all_others_leaves_this_one(self, this, other, token):
        this.get(f"{PAGE}others/end/")
        assert is_in(other)

        this.post(f"{PAGE}others/end/")

        assert (is_in(this), is_in(other), status_with(token)) == (True, False, 401)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_what_has_ended_already_is_said_kindly(self, this, other, token, method):
        links = [self.link(this, "session"), self.link(this, "token")]
        this.post(f"{PAGE}others/end/")

        for link in links:
            answer = getattr(this, method)(link, follow=True)

            assert answer.redirect_chain == [(PAGE, 302)]
            assert str([*answer.context["messages"]][-1]) == ENDED

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_other_peoples_are_answered_like_what_never_was(
        self, this, owner, bob, token, client, method
    ):
        row = Session.objects.get(user=owner)
        client.force_login(bob)

        asked = [
            f"session/{row.handle}",
            "session/0123456789abcdef01234567",
            f"token/{token[:15]}",
            "token/0123456789abcde",
        ]
        answers = [getattr(client, method)(f"{PAGE}{each}/end/", follow=True) for each in asked]

        assert {str(answer.redirect_chain) for answer in answers} == {f"[('{PAGE}', 302)]"}
        assert [str(*answer.context["messages"]) for answer in answers] == [ENDED] * 4
        assert (is_in(this), status_with(token)) == (True, 200)


class TestSessionRow:
    def test_token_makes_none(self, token):
        before = Session.objects.count()

        status_with(token)

        assert Session.objects.count() == before

    def test_key_is_another_one_after_signing_in(self, owner):
        planted = Client()
        planted.get("/accounts/login/")
        planted.session["planted"] = True
        session = planted.session
        session.save()
        planted.cookies["sessionid"] = session.session_key

        sign_in(planted)

        assert planted.session.session_key != session.session_key
        assert not Session.objects.filter(pk=session.session_key).exists()

    @pytest.mark.parametrize(
        "wanted",
        ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
    )
    def test_signing_in_leads_to_no_strange_place(self, owner, wanted):
        body = {"login": "alice", "password": PASSWORD, "next": wanted}

        response = Client().post("/accounts/login/", body)

        assert response.status_code == 302
        assert response.url.startswith("/")
        assert "evil" not in response.url


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox · Windows"),
        (WECHAT, "微信 · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.9", "未知浏览器"),
    ],
)
def test_browsers_in_words(agent, words):
    assert browsers.in_words(agent) == words
