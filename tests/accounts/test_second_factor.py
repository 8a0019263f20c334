"""The second factor of staff: set up before anything else, asked for at every sign-in."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from huadu_portal.accounts import operations
from huadu_portal.notifications.models import Delivery
from tests.accounts.test_token_api import code_of
from tests.conftest import PASSWORD

SET_UP = "/accounts/2fa/totp/activate/"
ASKED = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def required(settings, db):
    settings.SECOND_FACTOR_REQUIRED = True
    cache.clear()


@pytest.fixture
def window(wei):
    """Wei, whose address is confirmed."""
    EmailAddress.objects.create(user=wei, email=wei.email, verified=True, primary=True)
    return wei


@pytest.fixture
def secret(window):
    secret = generate_totp_secret()
    TOTP.activate(window, secret)
    return secret


def sign_in(client, name="wei", password=PASSWORD):
    return client.post("/accounts/login/", {"login": name, "password": password})


def is_in(client):
    return client.get("/admin/").status_code == 200


class TestWithoutOne:
    @pytest.fixture
    def signed_in(self, client, window):
        sign_in(client)
        return client

    @pytest.mark.parametrize("page", ["/", "/admin/", "/projects/", "/dashboard/"])
    def test_every_page_leads_to_setting_one_up(self, signed_in, page):
        assert signed_in.get(page).url == SET_UP

    def test_nothing_can_be_done_at_the_desk(self, signed_in, application):
        url = f"/admin/projects/application/{application.pk}/acts/decline/"
        body = {"version": application.version, "reason": "x", "remedy": "x"}

        signed_in.post(url, body)

        application.refresh_from_db()
        assert application.is_waiting

    def test_interface_says_so_in_a_problem_document(self, signed_in):
        response = signed_in.get("/api/v1/applications/")

        assert response.status_code == 403
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == 403

    def test_firms_people_are_let_in(self, client, alice):
        client.force_login(alice)

        assert client.get("/projects/").status_code == 200

    def test_staff_are_let_in_where_it_is_optional(self, signed_in, settings):
        settings.SECOND_FACTOR_REQUIRED = False

        assert is_in(signed_in)


class TestSettingUp:
    @pytest.fixture
    def secret(self, client, window):
        sign_in(client)
        client.get(SET_UP)
        return client.session["mfa.totp.secret"]

    def test_shows_a_code_to_scan_and_one_to_type(self, client, secret):
        page = client.get(SET_UP).text

        assert "data:image/svg" in page
        assert client.session["mfa.totp.secret"] in page

    def test_opens_the_desk_and_hands_out_recovery_codes(self, client, window, secret):
        response = client.post(SET_UP, {"code": code_of(secret)})

        assert response.url == "/accounts/2fa/recovery-codes/"
        assert len(set(re.findall(r"\b\d{8}\b", client.get(response.url).text))) == 10
        assert is_in(client)

    def test_with_a_wrong_code_opens_nothing(self, client, secret):
        response = client.post(SET_UP, {"code": "000000"})

        assert "code" in response.context["form"].errors
        assert not is_in(client)

    def test_asks_for_the_password_again_long_after_signing_in(self, client, window, secret):
        session = client.session
        session["account_authentication_methods"][0]["at"] -= 16 * 60
        session.save()

        assert client.get(SET_UP).url.startswith("/accounts/reauthenticate/")

    def test_is_told_to_the_person_by_mail(
        self, client, window, secret, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(SET_UP, {"code": code_of(secret)})

        assert Delivery.objects.filter(to=window.email).exists()


class TestSigningIn:
    def test_asks_for_the_code_and_is_not_done_before(self, client, secret):
        response = sign_in(client)

        assert response.url.startswith(ASKED)
        assert not is_in(client)

    def test_is_done_with_the_code(self, client, secret):
        sign_in(client)

        client.post(ASKED, {"code": code_of(secret)})

        assert is_in(client)

    def test_is_not_done_with_a_wrong_one(self, client, secret):
        sign_in(client)

        client.post(ASKED, {"code": "000000"})

        assert not is_in(client)

    def test_takes_a_code_once(self, client, secret):
        code = code_of(secret)
        sign_in(client)
        client.post(ASKED, {"code": code})
        other = Client()
        sign_in(other)

        other.post(ASKED, {"code": code})

        assert not is_in(other)

    def test_takes_a_recovery_code_once(self, client, secret, window):
        code = RecoveryCodes.activate(window).get_unused_codes()[0]
        sign_in(client)
        client.post(ASKED, {"code": code})
        other = Client()
        sign_in(other)
        other.post(ASKED, {"code": code})

        assert (is_in(client), is_in(other)) == (True, False)

    def test_asks_again_after_signing_out(self, client, secret):
        sign_in(client)
        client.post(ASKED, {"code": code_of(secret)})
        client.post("/accounts/logout/")

        assert sign_in(client).url.startswith(ASKED)

    def test_asks_after_a_password_reset_too(self, client, secret, window):
        client.post("/accounts/password/reset/", {"email": window.email})
        mail = Delivery.objects.get(to=window.email)
        link = re.search(r"/accounts/password/reset/key/\S+", mail.text)[0]
        page = client.get(link, follow=True)
        new = "凤凰花开-2026-kapok"
        client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

        assert not is_in(client)
        assert sign_in(client, password=new).url.startswith(ASKED)


class TestHavingOne:
    def test_changing_it_asks_for_the_password_even_after_signing_in(self, client, secret):
        sign_in(client)
        client.post(ASKED, {"code": code_of(secret)})

        response = client.post("/accounts/2fa/totp/deactivate/", {})

        assert response.url.startswith("/accounts/reauthenticate/")


class TestLosingIt:
    @pytest.fixture
    def signed_in(self, client, secret):
        sign_in(client)
        client.post(ASKED, {"code": code_of(secret)})
        return client

    def test_by_a_reset_closes_the_desk_at_once(self, signed_in, window, sun):
        operations.reset_second_factor(window, by=sun)

        assert not is_in(signed_in)
        sign_in(signed_in)
        assert signed_in.get("/admin/").url == SET_UP

    def test_by_ones_own_hand_closes_it_too(self, signed_in, window):
        factor = Authenticator.objects.get(user=window, type="totp")
        signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})

        signed_in.post("/accounts/2fa/totp/deactivate/", {})

        assert not Authenticator.objects.filter(pk=factor.pk).exists()
        assert signed_in.get("/admin/").url == SET_UP


class TestPages:
    def test_setting_one_up_is_called_a_duty_only_where_it_is_one(
        self, client, window, settings
    ):
        sign_in(client)
        demanded = client.get(SET_UP).content.decode()
        settings.SECOND_FACTOR_REQUIRED = False
        free = client.get(SET_UP).content.decode()

        assert "开始工作前" in demanded
        assert "开始工作前" not in free

    def test_whoever_has_no_telephone_is_told_of_the_recovery_codes(self, client, secret):
        page = client.get(sign_in(client).url).content.decode()

        assert "恢复码" in page
        assert "安全管理员" in page
        assert "代码" not in page
