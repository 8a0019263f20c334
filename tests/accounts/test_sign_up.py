"""The way in: register, confirm the address, sign in."""

import re
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from huadu_portal.accounts.models import User
from huadu_portal.accounts.sign_in_forms import SignupForm
from huadu_portal.notifications.adapter import AccountAdapter
from huadu_portal.notifications.models import Delivery
from tests.approvals.moments import at_once, waiting_for_each_other

pytestmark = pytest.mark.django_db

PASSWORD = "锦上添花-2026-kapok"
ENTRIES = {
    "name": "陈小花",
    "mobile": "+86 138 0013 8000",
    "email": "chen@example.com",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "consent": "on",
}


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


@pytest.fixture
def sign_up(client):
    def post(**changed):
        entries = {k: v for k, v in (ENTRIES | changed).items() if v is not None}
        return client.post("/accounts/signup/", entries)

    return post


def link_in(delivery):
    return re.search(r"/accounts/confirm-email/\S+", delivery.text)[0]


class TestPage:
    def test_writes_one_mail_to_the_address_given(self, sign_up):
        sign_up()

        mail = Delivery.objects.get()
        assert mail.to == "chen@example.com"
        assert "/accounts/confirm-email/" in mail.text

    def test_keeps_name_mobile_and_the_moment_of_consent(self, sign_up):
        sign_up()

        person = User.objects.get(email="chen@example.com")
        assert (person.name, person.mobile) == ("陈小花", "13800138000")
        assert person.consented_at is not None
        assert person.role == User.Role.ENTERPRISE

    def test_leads_through_confirmation_to_signing_in(self, client, sign_up):
        sign_up()
        client.post(link_in(Delivery.objects.get()))
        client.logout()

        client.post("/accounts/login/", {"login": "chen@example.com", "password": PASSWORD})

        assert client.session["_auth_user_id"] == str(User.objects.get().pk)

    def test_unconfirmed_address_does_not_open_the_door(self, client, sign_up):
        sign_up()
        client.logout()

        client.post("/accounts/login/", {"login": "chen@example.com", "password": PASSWORD})

        assert "_auth_user_id" not in client.session

    def test_link_asks_whether_the_address_is_right(self, client, sign_up):
        sign_up()
        client.logout()

        page = client.get(link_in(Delivery.objects.get())).text

        assert "chen@example.com" in page
        assert "是您的邮箱地址吗" in page

    def test_link_that_is_not_valid_says_so(self, client):
        page = client.get("/accounts/confirm-email/nonsense/").text

        assert "该链接已失效" in page
        assert "请登录" in page

    def test_looking_at_the_link_does_not_confirm(self, client, sign_up):
        sign_up()

        client.get(link_in(Delivery.objects.get()))

        assert not EmailAddress.objects.get().verified

    def test_asks_for_consent(self, sign_up):
        response = sign_up(consent=None)

        assert 'id="id_consent_error"' in response.text
        assert not User.objects.exists()

    def test_says_beside_the_field_that_the_mobile_is_wrong(self, sign_up):
        response = sign_up(mobile="12345")

        assert 'id="id_mobile_error"' in response.text
        assert not User.objects.exists()

    def test_keeps_what_was_typed(self, sign_up):
        assert 'value="陈小花"' in sign_up(mobile="12345").text

    def test_known_address_is_not_given_away(self, client, sign_up):
        User.objects.create_user("known", "known@example.com")

        unknown = sign_up()
        known = sign_up(email="known@example.com")

        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)

    def test_fields_tell_the_browser_what_they_are_for(self, client):
        page = client.get("/accounts/signup/").text

        for purpose in ("name", "tel-national", "email", "new-password"):
            assert f'autocomplete="{purpose}"' in page


@pytest.mark.django_db(transaction=True)
class TestTheSameAddressInTheSameMoment:
    def sign_up(self, address):
        Client().post("/accounts/signup/", ENTRIES | {"email": address})

    def test_makes_one_account(self, monkeypatch):
        save = waiting_for_each_other(AccountAdapter.save_user)
        monkeypatch.setattr(AccountAdapter, "save_user", save)

        said = at_once(*(partial(self.sign_up, each) for each in ("a@b.cn", "A@B.CN")))

        assert said == ["done", "done"]
        assert User.objects.filter(email__iexact="a@b.cn").count() == 1
        assert EmailAddress.objects.filter(email__iexact="a@b.cn").count() == 1
        (mail,) = Delivery.objects.filter(to__iexact="a@b.cn")
        assert link_in(mail)

    def test_makes_one_where_the_other_has_come_first_since_it_was_checked(self, monkeypatch):
        others = [partial(self.sign_up, "a@b.cn")]
        save = SignupForm.try_save

        def overtaken(form, request):
            if others:
                # In a thread of its own: the form knows its request by the thread.
                at_once(others.pop())
            return save(form, request)

        monkeypatch.setattr(SignupForm, "try_save", overtaken)

        self.sign_up("a@b.cn")

        assert User.objects.filter(email="a@b.cn").count() == 1
