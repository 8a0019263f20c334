"""What is said and where one comes after a new password."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from huadu_portal.notifications.models import Delivery
from tests.conftest import PASSWORD, person

NEW = "another door, once only"


@pytest.fixture
def user(db):
    cache.clear()
    user = person("somebody")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def changed(client):
    answers = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post(reverse("account_change_password"), answers)


def test_whoever_signs_in_with_it_begins_at_their_start_page(client, user):
    client.force_login(user)

    answer = changed(client)
    signed_in = client.post(answer.url, {"login": "somebody", "password": NEW})

    assert (answer.url, signed_in.url) == ("/accounts/login/", "/projects/")


def test_the_greeting_calls_people_by_their_name(client, user):
    answers = {"login": "somebody", "password": PASSWORD}

    page = client.post("/accounts/login/", answers, follow=True)

    assert f"{user.name}，您已登录。" in page.text


def test_the_last_page_of_a_reset_leads_to_the_sign_in(client, db):
    page = client.get(reverse("account_reset_password_from_key_done"))

    assert "新密码已设置" in page.text
    assert 'class="btn btn-primary w-100" href="/accounts/login/"' in page.text


def test_the_mail_says_what_to_do_if_it_was_somebody_else(client, user):
    client.force_login(user)

    changed(client)

    text = Delivery.objects.latest("pk").text
    assert "忘记密码" in text
    assert "12345" in text
