"""What the security administrator does to accounts at the staff desk."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import translation

from huadu_portal.accounts import operations
from huadu_portal.accounts.models import Department, User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery, Preference, Topic, When

LIST = "/admin/accounts/user/"


def address(user, act):
    return f"{LIST}{user.pk}/acts/{act}/"


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
