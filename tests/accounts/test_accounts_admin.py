"""What the security administrator does to accounts at the staff desk."""

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import translation

from huadu_portal.accounts import operations
from huadu_portal.accounts.addresses import flag_bounced
from huadu_portal.accounts.models import Department, User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery, Preference, Topic, When
from tests.accounts import entering
from tests.conftest import MONDAY

LIST = "/admin/accounts/user/"


def address(user, act):
    return f"{LIST}{user.pk}/acts/{act}/"


@pytest.fixture
def security(client, sun):
    client.force_login(sun)
    return client


class TestNewAccount:
    def test_gets_a_link_and_no_password(self, security, catalogue):
        planning = Department.objects.get(code="planning")
        typed = {
            "username": "pia",
            "name": "皮亚",
            "email": "pia@example.com",
            "role": "officer",
            "department": planning.pk,
        }

        security.post(f"{LIST}add/", typed)

        pia = User.objects.get(username="pia")
        assert (pia.role, pia.department) == (User.Role.OFFICER, planning)
        assert not pia.has_usable_password()
        assert Delivery.objects.filter(to="pia@example.com").count() == 1
        assert LogEntry.objects.filter(object_id=str(pia.pk)).count() == 1

    def test_gets_its_link_at_an_address_in_capitals_too(self, security):
        typed = {"username": "pia", "name": "皮亚", "email": "Pia@E.com", "role": "leader"}

        security.post(f"{LIST}add/", typed)

        (mail,) = Delivery.objects.all()
        assert "/accounts/password/reset/key/" in mail.text

    def test_an_officer_needs_a_department(self, security):
        typed = {"username": "pia", "name": "皮亚", "email": "p@e.com", "role": "officer"}

        response = security.post(f"{LIST}add/", typed)

        assert "department" in response.context["form"].errors

    @pytest.mark.parametrize("role", ["window", "centre_head"])
    def test_the_centres_people_belong_to_the_centre(self, security, catalogue, role):
        planning = Department.objects.get(code="planning")
        typed = {"username": "pia", "name": "皮亚", "email": "p@e.com", "role": role}

        response = security.post(f"{LIST}add/", typed | {"department": planning.pk})

        assert "department" in response.context["form"].errors
        centre = Department.objects.get(code="centre")
        security.post(f"{LIST}add/", typed | {"department": centre.pk})
        assert User.objects.get(username="pia").department == centre

    @pytest.mark.parametrize(
        ("is_demo", "goes_out", "said"),
        [
            (False, True, "链接已发送至其邮箱"),
            (False, False, "链接无法送达本人"),
            (True, False, "系统管理员可在发件箱查看"),
        ],
    )
    def test_says_mailed_only_where_mail_goes_out(
        self, security, catalogue, settings, is_demo, goes_out, said
    ):
        settings.DEMO, settings.MAIL_GOES_OUT = is_demo, goes_out
        typed = {"username": "pia", "name": "皮亚", "email": "p@e.com", "role": "leader"}

        page = security.post(f"{LIST}add/", typed, follow=True).content.decode()

        assert said in page
        assert "账户已建立" in page

    def test_its_record_says_what_was_done(self, security):
        typed = {"username": "pia", "name": "皮亚", "email": "p@e.com", "role": "leader"}

        page = security.post(f"{LIST}add/", typed, follow=True).content.decode()

        assert "建立账户：区领导" in page

    def test_is_not_for_the_system_administrator(self, client, tom):
        client.force_login(tom)

        assert client.get(f"{LIST}add/").status_code == 403


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


class TestSwitchOff:
    def test_ends_the_persons_sessions(self, security, omar):
        working = Client()
        working.force_login(omar)

        security.post(address(omar, "deactivate"), {"sure": "yes"})

        assert working.get("/admin/").status_code == 302

    def test_old_sessions_do_not_revive(self, security, omar):
        working = Client()
        working.force_login(omar)
        security.post(address(omar, "deactivate"), {"sure": "yes"})

        security.post(address(omar, "reactivate"), {"sure": "yes"})

        assert working.get("/admin/").status_code == 302


class TestOpenItems:
    def test_are_counted_before_their_officer_is_switched_off(self, security, accepted, omar):
        page = security.get(address(omar, "deactivate")).content.decode()

        assert "Omar名下有1个未办结事项" in page.replace(" ", "")

    def test_of_others_are_not(self, security, accepted, hana):
        assert "名下有" not in security.get(address(hana, "deactivate")).content.decode()

    def test_block_no_change_of_role(self, security, accepted, omar):
        security.post(address(omar, "change_role"), {"role": "leader"})

        assert User.objects.get(pk=omar.pk).role == User.Role.LEADER


class TestIsToldOfIt:
    """The person whose account was changed."""

    def test_a_new_role_is_mailed_at_once(self, security, omar):
        Preference.objects.create(user=omar, topic=Topic.PEOPLE, channel="email", when=When.OFF)

        security.post(address(omar, "change_role"), {"role": "leader"})

        mail = Delivery.objects.get(notification__recipient=omar)
        assert (mail.state, mail.to) == (Delivery.State.PENDING, omar.email)
        assert "区领导" in mail.subject

    def test_another_department_too(self, security, omar):
        water = Department.objects.get(code="water")

        security.post(address(omar, "change_role"), {"role": "officer", "department": water.pk})

        assert str(water) in Delivery.objects.get(notification__recipient=omar).subject

    def test_nothing_is_sent_where_nothing_has_changed(self, security, omar):
        same = {"role": "officer", "department": omar.department_id}

        security.post(address(omar, "change_role"), same)

        assert LogEntry.objects.filter(object_id=str(omar.pk)).exists()
        assert not Delivery.objects.exists()

    def test_a_reset_second_factor_is_mailed_at_once(self, security, omar):
        Authenticator.objects.create(user=omar, type="totp", data={})

        security.post(address(omar, "reset_second_factor"), {"sure": "yes"})

        mail = Delivery.objects.get(notification__recipient=omar)
        assert (mail.state, mail.to) == (Delivery.State.PENDING, omar.email)
        assert "双因素认证" in mail.subject


def test_the_form_says_which_roles_need_a_department(security):
    page = security.get(f"{LIST}add/").content.decode()

    assert "其他角色无须选择" in page


class TestRights:
    def test_nobody_changes_their_own_account_by_any_door(self, sun):
        with pytest.raises(NotAllowed):
            operations.deactivate(sun, by=sun)

    def test_nobody_raises_their_own(self, security, sun):
        typed = {"role": "system_admin"}

        assert security.post(address(sun, "change_role"), typed).status_code == 403

    def test_a_new_role_holds_at_once(self, security, omar):
        working = Client()
        working.force_login(omar)

        security.post(address(omar, "change_role"), {"role": "leader"})

        assert working.get("/admin/projects/project/").status_code == 200

    def test_a_firms_person_is_not_made_staff(self, security, alice):
        typed = {"role": "auditor"}

        assert security.post(address(alice, "change_role"), typed).status_code == 403


def test_a_second_factor_is_reset(security, omar):
    Authenticator.objects.create(user=omar, type="totp", data={})

    security.post(address(omar, "reset_second_factor"), {"sure": "yes"})

    assert not Authenticator.objects.filter(user=omar).exists()


def test_a_department_has_a_short_name_in_chinese_alone():
    department = Department(name="市规划局", short_name="规划局", name_en="Planning Bureau")

    with translation.override("zh-hans"):
        assert department.in_short == "规划局"
    with translation.override("en"):
        assert department.in_short == "Planning Bureau"


class TestWithoutSecondFactor:
    def test_the_figure_leads_to_as_many_accounts(self, security, wei, omar):
        TOTP.activate(wei, generate_totp_secret())
        figures = security.get("/admin/").context["figures"]
        bare = next(figure for figure in figures if "tab=bare" in figure.url)

        rows = security.get(bare.url).context["cl"].queryset

        assert omar in rows
        assert wei not in rows
        assert rows.count() == bare.count


class TestChangeOfRole:
    def test_what_stands_in_the_way_is_told_before_it_is_asked_for(self, security, project):
        page = security.get(address(project.agent, "change_role"))

        assert project.number in page.content.decode()
