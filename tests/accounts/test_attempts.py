"""How often a password or a code may be wrong, and whom that shuts out."""

import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client

from huadu_portal import limits
from huadu_portal.accounts import devices
from huadu_portal.clock import now
from tests.accounts import entering
from tests.accounts.entering import CODE, ELSEWHERE, HERE, LOGIN, THERE, is_in, sign_in
from tests.accounts.test_token_api import code_of
from tests.conftest import PASSWORD

TOKEN = "/api/v1/auth/token/"


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def owner(alice):
    return entering.confirmed(alice)


@pytest.fixture
def looked_at(monkeypatch):
    """Every password that was compared."""
    seen, verify = [], MD5PasswordHasher.verify

    def watched(self, password, encoded):
        seen.append(password)
        return verify(self, password, encoded)

    monkeypatch.setattr(MD5PasswordHasher, "verify", watched)
    return seen


def wrong(times=5, **how):
    for n in range(times):
        sign_in(password=f"wrong {n}", **how)


def networks(number):
    return [f"10.{n}.{n}.9" for n in range(number)]


def token(address=HERE, password=PASSWORD, name="alice", **body):
    body = {"username": name, "password": password} | body
    return Client().post(TOKEN, body, content_type="application/json", REMOTE_ADDR=address)


class TestWhatAVisitorSays:
    @pytest.mark.parametrize("host", ["h{}.example", "testserver:{}"])
    def test_sixty_tries_over_sixty_hosts_end_at_five(self, owner, looked_at, settings, host):
        settings.ALLOWED_HOSTS = ["*"]

        for n in range(60):
            sign_in(password=f"wrong {n}", **{"Host": host.format(n + 1)})

        assert len(looked_at) == 5

    def test_forwarded_host_and_address_do_not_multiply_them(self, owner, looked_at):
        for n in range(20):
            said = {"X-Forwarded-Host": f"h{n}.example", "X-Forwarded-For": f"10.{n}.0.1"}
            sign_in(password="wrong", **said)

        assert len(looked_at) == 5

    def test_name_and_address_of_one_account_are_one(self, owner, looked_at):
        for name in ["alice", "ALICE", "alice@example.com", "Alice@Example.com"] * 3:
            sign_in(name=name, password="wrong")

        assert len(looked_at) == 5

    def test_page_and_interface_are_one(self, owner, looked_at):
        wrong(3)

        answers = [token(password="wrong").status_code for _ in range(4)]

        assert (answers, len(looked_at)) == ([400, 400, 429, 429], 5)

    def test_neighbours_in_a_network_are_one(self, owner, looked_at):
        for n in range(1, 9):
            sign_in(password="wrong", address=f"198.51.100.{n}")
            sign_in(password="wrong", address=f"2001:db8:0:{n}::1")

        assert len(looked_at) == 10

    def test_unknown_name_is_refused_like_a_known_one(self, owner):
        wrong()
        wrong(name="nobody")

        answers = [token(name=name) for name in ("alice", "nobody")]

        assert [answer.status_code for answer in answers] == [429, 429]
        assert answers[0].json() == answers[1].json()

    def test_other_names_are_not_answered(self, client, db):
        assert client.get(LOGIN, headers={"Host": "h1.example"}).status_code == 400

    def test_right_ones_are_not_counted(self, owner):
        assert all(is_in(sign_in()) for _ in range(8))

    def test_one_network_at_many_accounts_is_stopped_too(self, owner, monkeypatch):
        monkeypatch.setitem(limits.RATES, "attempt_network", "6/5m/key")
        for name in ("nobody", "somebody"):
            wrong(3, name=name)

        assert token().status_code == 429
        assert token(address=THERE).status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_attempts_at_the_same_moment_all_count(self, owner, looked_at):
        start = threading.Barrier(12)

        def attempt(n):
            start.wait()
            try:
                sign_in(password=f"wrong {n}", address=f"198.51.100.{n}")
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt, args=[n]) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert 1 <= len(looked_at) <= 5


class TestWhomItShutsOut:
    def test_five_wrong_ones_shut_their_network_out(self, owner):
        wrong()

        assert not is_in(sign_in())

    def test_owner_comes_in_from_another_network(self, owner):
        wrong()

        assert is_in(sign_in(address=THERE))

    def test_owner_comes_in_here_by_a_known_browser(self, owner):
        browser = sign_in()
        browser.post("/accounts/logout/")
        wrong()

        assert is_in(sign_in(browser))

    @pytest.fixture
    def besieged(self, owner, monkeypatch):
        """From so many networks that nobody comes in from anywhere."""
        monkeypatch.setitem(limits.RATES, "attempt_account", "12/1h/key")
        for address in networks(3):
            wrong(address=address)

    def test_a_hundred_from_everywhere_are_all(self, owner, looked_at):
        for address in networks(21):
            wrong(address=address)

        assert len(looked_at) == 100

    def test_siege_leaves_a_known_browser_in(self, owner, monkeypatch):
        browser = sign_in()
        browser.post("/accounts/logout/")
        monkeypatch.setitem(limits.RATES, "attempt_account", "12/1h/key")
        for address in networks(3):
            wrong(address=address)

        assert not is_in(sign_in(address=THERE))
        assert is_in(sign_in(browser, address=THERE))

    def test_siege_ends_with_a_new_password(self, owner, besieged):
        assert not is_in(sign_in(address=THERE))

        entering.reset(owner)

        assert is_in(sign_in(address=THERE, password=entering.NEW))

    def test_siege_does_not_keep_the_owner_from_a_link(self, owner, besieged, client):
        for n in range(30):
            body = {"email": owner.email}
            client.post("/accounts/password/reset/", body, REMOTE_ADDR=f"10.{n}.0.1")

        response = client.post("/accounts/password/reset/", {"email": owner.email})

        assert response.url == "/accounts/password/reset/done/"

    def test_links_sent_to_an_address_are_bounded(self, owner, client, sent):
        for n in range(30):
            body = {"email": owner.email}
            client.post("/accounts/password/reset/", body, REMOTE_ADDR=f"10.{n}.0.1")

        assert len(sent) == 20

    @pytest.fixture
    def sent(self, monkeypatch):
        sent = []
        monkeypatch.setattr(
            "huadu_portal.notifications.operations.send_account_mail",
            lambda *mail, **options: sent.append(mail),
        )
        return sent


class TestKnownBrowser:
    @pytest.fixture
    def browser(self, owner):
        browser = sign_in()
        browser.post("/accounts/logout/")
        return browser

    def test_is_a_cookie_that_no_script_reads(self, browser):
        cookie = browser.cookies[devices.COOKIE]

        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    def test_has_tries_of_its_own_and_no_more(self, browser, looked_at):
        for n in range(30):
            sign_in(browser, password=f"wrong {n}", address=f"10.{n}.0.1")

        assert len(looked_at) == 20

    def test_of_another_account_is_none_of_this(self, browser, bob, looked_at):
        entering.confirmed(bob)
        for n in range(8):
            sign_in(browser, name="bob", password=f"wrong {n}")

        assert len(looked_at) == 5

    def test_keeps_the_accounts_of_colleagues_who_share_it(self, browser, owner, bob):
        entering.confirmed(bob)
        sign_in(browser, name="bob").post("/accounts/logout/")
        wrong()

        assert is_in(sign_in(browser))

    def test_is_unknown_after_a_reset(self, browser, owner, rf):
        entering.reset(owner)

        owner.refresh_from_db()
        assert devices.known(self.asking(rf, browser), owner) is None

    def test_is_unknown_with_another_second_factor(self, browser, owner, rf):
        entering.with_factor(owner)

        assert devices.known(self.asking(rf, browser), owner) is None

    def test_forged_is_unknown(self, browser, owner, rf):
        request = self.asking(rf, browser)
        assert devices.known(request, owner)
        request.COOKIES[devices.COOKIE] += "x"

        assert devices.known(request, owner) is None

    def test_is_not_one_before_the_second_factor(self, owner):
        entering.with_factor(owner)

        assert devices.COOKIE not in sign_in().cookies

    def asking(self, rf, browser):
        request = rf.get("/")
        request.COOKIES[devices.COOKIE] = browser.cookies[devices.COOKIE].value
        return request


class TestSecondFactor:
    @pytest.fixture
    def secret(self, owner):
        return entering.with_factor(owner)

    def answer(self, code, address=HERE, client=None):
        client = sign_in(client, address=address)
        client.post(CODE, {"code": code}, REMOTE_ADDR=address)
        return client

    @pytest.fixture
    def compared(self, monkeypatch):
        seen = []
        wrap = Authenticator.wrap

        def watched(self):
            seen.append(self)
            return wrap(self)

        monkeypatch.setattr(Authenticator, "wrap", watched)
        return seen

    def test_is_compared_five_times(self, secret, compared, settings):
        settings.ALLOWED_HOSTS = ["*"]
        client = sign_in()
        for n in range(20):
            client.post(
                CODE,
                {"code": "000000"},
                REMOTE_ADDR=HERE,
                headers={"Host": f"h{n}.example"},
            )

        assert len(compared) == 5

    def test_wrong_here_leaves_the_owner_in_elsewhere(self, secret):
        for _ in range(6):
            self.answer("000000")

        assert not is_in(self.answer(code_of(secret)))
        assert is_in(self.answer(code_of(secret), address=THERE))

    def test_wrong_here_leaves_a_known_browser_in(self, secret, time_machine):
        browser = self.answer(code_of(secret))
        browser.post("/accounts/logout/")
        for _ in range(6):
            self.answer("000000")

        time_machine.move_to(now() + timedelta(seconds=40))
        assert is_in(self.answer(code_of(secret), client=browser))

    def test_of_a_token_is_counted_with_it(self, secret):
        for _ in range(3):
            self.answer("000000")

        answers = [token(code="000000").status_code for _ in range(3)]

        assert answers == [400, 400, 429]
        assert token(code=code_of(secret), address=ELSEWHERE).status_code == 200


class TestWhoIsInAlready:
    """A session that was left open is no way to guess the password."""

    def test_asking_again_is_counted(self, owner, looked_at):
        browser = sign_in()
        browser.cookies.pop(devices.COOKIE)
        looked_at.clear()
        for n in range(8):
            body = {"password": f"wrong {n}"}
            browser.post("/accounts/reauthenticate/", body, REMOTE_ADDR=HERE)

        assert len(set(looked_at)) == 5

    def test_changing_the_password_is_counted(self, owner, looked_at, time_machine):
        browser = sign_in()
        browser.cookies.pop(devices.COOKIE)
        looked_at.clear()
        for n in range(8):
            body = {"oldpassword": f"wrong {n}", "password1": "x", "password2": "x"}
            browser.post("/accounts/password/change/", body, REMOTE_ADDR=HERE)
            time_machine.move_to(now() + timedelta(seconds=15))

        assert len(looked_at) == 5
