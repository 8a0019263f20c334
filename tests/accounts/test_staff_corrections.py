"""The name and address of a member of staff are put right, and the link sent again."""

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.test import Client

from huadu_portal.accounts import operations
from huadu_portal.accounts.addresses import flag_bounced
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery
from tests.accounts import entering
from tests.accounts.test_accounts_admin import LIST, address
from tests.conftest import MONDAY


class TestCorrection:
    """A mistyped name or address."""

    TYPED = {"name": "欧马", "email": "right@example.com"}

    def test_corrects_both_and_logs_it(self, security, omar):
        security.post(address(omar, "correct"), self.TYPED)

        omar.refresh_from_db()
        assert (omar.name, omar.email) == ("欧马", "right@example.com")
        entry = LogEntry.objects.get(object_id=str(omar.pk))
        assert "omar@example.com → right@example.com" in entry.change_message

    def test_of_the_name_alone_sends_no_mail(self, security, omar):
        entering.confirmed(omar)

        security.post(address(omar, "correct"), {"name": "欧马", "email": omar.email})

        omar.refresh_from_db()
        assert omar.name == "欧马"
        assert not Delivery.objects.exists()
        assert omar.emailaddress_set.get().verified

    def test_the_new_address_is_to_be_confirmed_and_the_old_one_is_told(self, security, omar):
        entering.confirmed(omar)

        security.post(address(omar, "correct"), self.TYPED)

        only = omar.emailaddress_set.get()
        assert (only.email, only.verified, only.primary) == ("right@example.com", False, True)
        link = Delivery.objects.get(to="right@example.com")
        assert "/accounts/confirm-email/" in link.text
        told = Delivery.objects.get(to="omar@example.com")
        assert "right@example.com" not in told.text
        assert "欧马" not in told.text

    def test_lets_nobody_in_before_it_is_confirmed(self, security, omar):
        entering.confirmed(omar)
        security.post(address(omar, "correct"), self.TYPED)

        assert not entering.is_in(entering.sign_in(name="omar"))

    def test_whoever_has_no_password_gets_the_first_link_anew(self, security, omar):
        entering.confirmed(omar)
        omar.set_unusable_password()
        omar.save()
        security.post(address(omar, "correct"), self.TYPED)

        assert (
            "/accounts/password/reset/key/" in Delivery.objects.get(to="right@example.com").text
        )
        assert omar.emailaddress_set.get().verified

    def test_ends_the_links_sent_to_the_old_address(self, security, omar):
        entering.confirmed(omar)
        make = EmailAwarePasswordResetTokenGenerator()
        token = make.make_token(omar)
        assert make.check_token(omar, token)

        security.post(address(omar, "correct"), self.TYPED)

        assert not make.check_token(User.objects.get(pk=omar.pk), token)

    def test_an_address_in_capitals_gets_its_links(self, security, omar):
        User.objects.filter(pk=omar.pk).update(email="Omar@Example.com")
        omar.refresh_from_db()
        entering.confirmed(omar)
        security.post(address(omar, "correct"), {"name": "Omar", "email": "OMAR@example.com"})

        Client().post("/accounts/password/reset/", {"email": "omar@example.com"})

        assert "/accounts/password/reset/key/" in Delivery.objects.get().text
        assert omar.emailaddress_set.get().email == "omar@example.com"

    def test_takes_nobody_elses_address(self, security, omar, wei):
        typed = {"name": "欧马", "email": "WEI@example.com"}

        response = security.post(address(omar, "correct"), typed)

        assert "email" in response.context["form"].errors

    def test_takes_no_further_address_of_somebody_else(self, security, omar, wei):
        """Nor does a new account."""
        EmailAddress.objects.create(user=wei, email="second@example.com", verified=True)
        typed = {"name": "皮亚", "email": "Second@example.com"}
        new = {"username": "pia", "role": "leader"}

        for page, fields in [(address(omar, "correct"), typed), (f"{LIST}add/", typed | new)]:
            response = security.post(page, fields)
            assert "email" in response.context["form"].errors

    def test_locks_nobody_out_where_no_mail_goes_out(self, security, omar, settings):
        settings.DEMO, settings.MAIL_GOES_OUT = False, False
        entering.confirmed(omar)

        page = security.post(address(omar, "correct"), self.TYPED, follow=True)

        omar.refresh_from_db()
        assert omar.email == "omar@example.com"
        assert "EMAIL_URL" in page.content.decode()
        assert entering.is_in(entering.sign_in(name="omar"))

    def test_is_refused_once_the_account_is_switched_off(self, omar, sun):
        """Also from a dialog that was left open."""
        operations.deactivate(omar, by=sun)

        with pytest.raises(NotAllowed):
            operations.correct_person(omar, by=sun, **self.TYPED)

        omar.refresh_from_db()
        assert omar.email == "omar@example.com"

    def test_is_not_for_oneself_nor_for_firms(self, security, sun, alice):
        assert security.post(address(sun, "correct"), self.TYPED).status_code == 403
        assert security.post(address(alice, "correct"), self.TYPED).status_code == 403

    def test_is_named_where_mail_comes_back(self, security, omar):
        flag_bounced(omar.email, reason="550 no such user", at=MONDAY)

        page = security.get(f"{LIST}{omar.pk}/change/").content.decode()

        assert "“更正姓名和邮箱”" in page
        security.post(address(omar, "correct"), self.TYPED)
        rows = security.get(f"{LIST}?tab=unreachable").context["cl"].queryset
        assert omar not in rows


class TestNotActivated:
    """No password has been set yet."""

    @pytest.fixture
    def omar(self, omar):
        entering.confirmed(omar)
        omar.set_unusable_password()
        omar.save()
        return omar

    @pytest.mark.parametrize("page", ["?tab=staff", "?tab=waiting", "{pk}/change/"])
    def test_is_said_on_list_and_page(self, security, omar, page):
        shown = security.get(LIST + page.format(pk=omar.pk)).content.decode()

        assert "未启用（尚未设置密码）" in shown

    def test_the_link_can_be_sent_again(self, security, omar, settings):
        settings.MAIL_GOES_OUT = True

        page = security.post(
            address(omar, "send_link"), {"sure": "yes"}, follow=True
        ).content.decode()

        assert "/accounts/password/reset/key/" in Delivery.objects.get(to=omar.email).text
        assert LogEntry.objects.filter(object_id=str(omar.pk)).count() == 1
        assert "设置密码的链接已发送至本人邮箱" in page

    def test_says_so_where_no_mail_goes_out(self, security, omar, settings):
        settings.DEMO, settings.MAIL_GOES_OUT = False, False

        page = security.post(
            address(omar, "send_link"), {"sure": "yes"}, follow=True
        ).content.decode()

        assert "链接无法送达本人" in page

    def test_no_link_for_whoever_has_a_password(self, security, wei):
        assert (
            address(wei, "send_link")
            not in security.get(f"{LIST}{wei.pk}/change/").content.decode()
        )

        security.post(address(wei, "send_link"), {"sure": "yes"})

        assert not Delivery.objects.exists()
