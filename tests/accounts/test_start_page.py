"""Where one begins after signing in."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache

from huadu_portal.accounts.models import User
from tests.accounts.test_token_api import code_of
from tests.conftest import PASSWORD, person

R = User.Role
LOGIN = "/accounts/login/"
AT_THE_CENTRE = {R.WINDOW, R.AGENT, R.CENTRE_HEAD}
OF_A_DEPARTMENT = {R.OFFICER, R.DEPARTMENT_HEAD}
PAGES = dict.fromkeys(R, "/admin/") | {R.ENTERPRISE: "/projects/", R.LEADER: "/dashboard/"}


@pytest.fixture(autouse=True)
def no_attempts(catalogue):
    cache.clear()


def somebody(role=R.ENTERPRISE):
    places = dict.fromkeys(AT_THE_CENTRE, "centre") | dict.fromkeys(OF_A_DEPARTMENT, "planning")
    user = person("somebody", role, places.get(role))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client, address=LOGIN, **more):
    return client.post(address, {"login": "somebody", "password": PASSWORD} | more)


@pytest.mark.parametrize("role", R)
def test_is_ones_own(client, role):
    user = somebody(role)

    answer = sign_in(client)

    assert answer.url == PAGES[role]
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get(answer.url).status_code == 200


def test_what_was_asked_for_comes_first(client):
    somebody()

    assert sign_in(client, next="/materials/").url == "/materials/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_nobody_is_sent_elsewhere(client, elsewhere):
    somebody()

    assert sign_in(client, next=elsewhere).url == "/projects/"


def test_comes_after_the_second_factor(client):
    user = somebody(R.WINDOW)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    asked = sign_in(client)

    answer = client.post(asked.url, {"code": code_of(secret)})

    assert answer.url == "/admin/"


def test_what_was_asked_for_comes_after_the_second_factor_too(client):
    user = somebody(R.WINDOW)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    asked = sign_in(client, next="/admin/projects/application/")

    answer = client.post(asked.url, {"code": code_of(secret)})

    assert answer.url == "/admin/projects/application/"


def test_is_where_the_sign_in_leads_who_is_in_already(client):
    client.force_login(somebody(R.LEADER))

    assert client.get(LOGIN).url == "/dashboard/"


def test_the_public_home_stays_open(client):
    client.force_login(somebody(R.WINDOW))

    assert client.get("/").status_code == 200


@pytest.mark.parametrize("page", ["/admin/", "/admin/projects/application/?tab=submitted"])
def test_whoever_opens_the_desk_first_is_led_back_to_the_page_they_opened(client, page):
    somebody(R.WINDOW)
    sign_in_page, _status = client.get(page, follow=True).redirect_chain[-1]
    asked_for = parse_qs(urlsplit(sign_in_page).query)["next"][0]

    answer = sign_in(client, next=asked_for)

    assert answer.url == page
    assert client.get(answer.url).status_code == 200


def test_the_desks_own_sign_in_leads_staff_to_the_desk(client):
    client.force_login(somebody(R.WINDOW))

    assert client.get("/admin/login/").url == "/admin/"


def test_the_desks_own_sign_in_refuses_a_firm(client):
    client.force_login(somebody())

    assert client.get("/admin/login/?next=/admin/").status_code == 403
