"""After signing up: the mail is sent again, the address put right, and one is greeted by name."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Delivery
from tests.accounts.test_sign_up import ENTRIES, link_in

pytestmark = pytest.mark.django_db
AGAIN = "/accounts/confirm-email/again/"
PAGE = "/accounts/confirm-email/"


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


@pytest.fixture
def sign_up(client, settings):
    settings.MAIL_GOES_OUT = True

    def post(**changed):
        return client.post("/accounts/signup/", ENTRIES | changed, follow=True)

    return post


def known(address):
    user = User.objects.create_user("known", address)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def said(page):
    return [str(message) for message in page.context["messages"]]


class TestSendingAgain:
    def test_sends_a_link_that_confirms(self, client, sign_up):
        page = sign_up()
        assert "chen@example.com" in page.text

        client.post(AGAIN)

        _first, second = Delivery.objects.order_by("pk")
        assert second.to == "chen@example.com"
        client.post(link_in(second))
        assert EmailAddress.objects.get().verified

    def test_says_the_same_of_an_address_that_has_an_account(self, client, sign_up):
        known("known@example.com")
        pages = []
        for address in ["chen@example.com", "known@example.com"]:
            client.session.flush()
            page = sign_up(email=address)
            pages.append(
                (page.text.replace(address, ""), said(client.post(AGAIN, follow=True)))
            )

        assert pages[0][1] == pages[1][1] != []
        assert Delivery.objects.filter(to="known@example.com").count() == 2
        assert not EmailAddress.objects.filter(user__username="known", verified=False).exists()

    def test_ends_after_a_few_times(self, client, sign_up):
        sign_up()
        for _time in range(6):
            page = client.post(AGAIN, follow=True)

        assert Delivery.objects.count() == 6
        assert "过于频繁" in page.text or "次数" in page.text

    def test_is_not_for_who_has_not_signed_up(self, client):
        assert client.post(AGAIN).url == "/accounts/login/"
        assert not Delivery.objects.exists()

    def test_asks_nothing_by_a_link(self, client, sign_up):
        sign_up()

        assert client.get(AGAIN).url == PAGE
        assert Delivery.objects.count() == 1


class TestAnotherAddress:
    def test_is_typed_into_what_was_typed_already(self, client, sign_up):
        sign_up()

        page = client.get("/accounts/signup/").text

        assert 'value="陈小花"' in page
        assert 'value="chen@example.com"' in page

    def test_takes_the_place_of_the_first_whose_link_opens_nothing(self, client, sign_up):
        sign_up()
        first = link_in(Delivery.objects.get())
        sign_up(email="right@example.com")

        assert [user.email for user in User.objects.all()] == ["right@example.com"]
        client.post(first)
        assert not EmailAddress.objects.get().verified

    def test_leaves_an_account_that_was_confirmed_alone(self, client, sign_up):
        sign_up()
        client.post(link_in(Delivery.objects.get()))
        client.logout()

        sign_up(email="other@example.com")

        assert User.objects.filter(email="chen@example.com").exists()

    def test_the_same_again_keeps_the_account(self, client, sign_up):
        sign_up()
        sign_up()
        client.post(AGAIN)

        assert User.objects.count() == 1
        assert "/accounts/confirm-email/" in Delivery.objects.order_by("pk").last().text


class TestGreeting:
    def test_is_by_name_and_names_no_user_name(self, client, sign_up):
        sign_up()
        person = User.objects.get()
        EmailAddress.objects.update(verified=True)
        client.post("/accounts/password/reset/", {"email": person.email})

        mails = Delivery.objects.order_by("pk")
        assert [mail.text.startswith("尊敬的陈小花：") for mail in mails] == [True, True]
        assert person.username not in mails.last().text

    def test_of_staff_says_the_user_name_that_they_sign_in_by(self, client, wei):
        EmailAddress.objects.create(user=wei, email=wei.email, verified=True, primary=True)
        client.post("/accounts/password/reset/", {"email": wei.email})

        assert "wei" in Delivery.objects.get().text

    def test_of_a_stranger_has_no_name(self, client, sign_up):
        known("known@example.com")
        sign_up(email="known@example.com")

        assert Delivery.objects.get().text.startswith("尊敬的用户：")
