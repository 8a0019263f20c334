"""How long a session lasts, and what ends it sooner."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from huadu_portal.accounts import operations
from huadu_portal.accounts.models import Department, User
from huadu_portal.accounts.session_store import Session
from huadu_portal.accounts.tokens import Token
from huadu_portal.clock import now

DESK = "/admin/"
NOTICES = "/api/v1/notifications/"


@pytest.fixture
def working(omar):
    client = Client()
    client.force_login(omar)
    client.get(DESK)
    return client


def begun_ago(client, ago):
    session = client.session
    session["begun"] = (now() - ago).timestamp()
    session.save()


class TestIdle:
    def test_ends_after_half_an_hour_without_a_request(self, working):
        left = Session.objects.get().expire_date - timezone.now()

        assert timedelta(minutes=29) < left <= timedelta(minutes=30)

    def test_begins_anew_with_a_request(self, working, time_machine):
        time_machine.move_to(timezone.now() + timedelta(minutes=20))

        working.get(DESK)

        left = Session.objects.get().expire_date - timezone.now()
        assert timedelta(minutes=29) < left <= timedelta(minutes=30)

    def test_begins_anew_once_a_minute_at_most(self, working, time_machine):
        before = Session.objects.get().expire_date
        time_machine.move_to(timezone.now() + timedelta(seconds=50))

        answer = working.get(DESK)

        assert Session.objects.get().expire_date == before
        assert settings.SESSION_COOKIE_NAME not in answer.cookies

    def test_begins_anew_although_the_clock_was_put_back(self, working, time_machine):
        time_machine.move_to(timezone.now() + timedelta(minutes=-5))
        before = Session.objects.get().expire_date

        working.get(DESK)

        assert Session.objects.get().expire_date < before

    def test_once_over_leads_back_to_where_one_was(self, working):
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

        assert working.get("/notifications/").url == "/accounts/login/?next=/notifications/"


class TestAbsolute:
    def test_ends_after_twelve_hours_of_work(self, working):
        begun_ago(working, timedelta(hours=12, minutes=1))

        response = working.get("/notifications/?page=2")

        assert response.url == "/accounts/login/?next=/notifications/%3Fpage%3D2"
        assert "_auth_user_id" not in working.session

    def test_lasts_until_then(self, working):
        begun_ago(working, timedelta(hours=11, minutes=59))

        assert working.get(DESK).status_code == 200

    def test_is_401_at_the_interface(self, working):
        begun_ago(working, timedelta(hours=13))

        assert working.get(NOTICES).status_code == 401


class TestSwitchedOff:
    def test_account_has_no_session_and_no_token(self, working, omar, sun):
        _row, token = Token.objects.create(omar)
        header = {"Authorization": f"Token {token}"}
        assert Client().get(NOTICES, headers=header).status_code == 200

        operations.deactivate(omar, by=sun)

        assert working.get(DESK).status_code == 302
        assert working.get(NOTICES).status_code == 401
        assert Client().get(NOTICES, headers=header).status_code == 401


class TestWithdrawnRight:
    def test_stops_the_next_request(self, working, omar, sun, submitted):
        accept = f"/admin/approvals/approvalitem/{submitted.pk}/acts/accept/"
        assert working.get(accept).status_code == 200

        operations.change_role(omar, by=sun, role=User.Role.AUDITOR, department=None)

        assert working.get(accept).status_code == 403
        assert working.post(accept, {"version": submitted.version}).status_code == 403

    def test_another_department_sees_nothing_of_the_old_one(
        self, working, omar, sun, submitted
    ):
        water = Department.objects.get(code="water")

        operations.change_role(omar, by=sun, role=User.Role.OFFICER, department=water)

        page = f"/admin/approvals/approvalitem/{submitted.pk}/change/"
        assert working.get(page).status_code in {302, 404}
        assert submitted.number not in working.get(page, follow=True).text

    def test_takes_the_tokens_with_it(self, omar, sun):
        Token.objects.create(omar)

        operations.change_role(omar, by=sun, role=User.Role.AUDITOR, department=None)

        assert not Token.objects.filter(user=omar).exists()


class TestUnsavedForm:
    """Sent by somebody whose session has ended meanwhile."""

    SENTENCE = "刚才提交的内容未保存"

    @pytest.mark.parametrize(
        "form", ["/admin/accounts/user/add/", "/notifications/preferences/", "/accounts/email/"]
    )
    def test_the_sign_in_says_that_it_was_not_saved(self, working, form):
        Session.objects.all().delete()

        sign_in_page = working.post(form, {}, follow=True)

        assert sign_in_page.redirect_chain[-1][0].startswith("/accounts/login/?next=")
        assert self.SENTENCE in sign_in_page.content.decode()

    def test_so_it_does_after_a_whole_working_day(self, working):
        begun_ago(working, timedelta(hours=13))

        assert self.SENTENCE in working.post(DESK, {}, follow=True).content.decode()

    def test_whoever_only_opened_a_page_is_told_nothing(self, working):
        Session.objects.all().delete()

        assert self.SENTENCE not in working.get(DESK, follow=True).content.decode()

    @pytest.mark.parametrize("button", ["/i18n/setlang/", "/elder-mode/"])
    def test_nor_is_whoever_presses_a_button_of_the_sign_in_page(self, client, button):
        here = "/accounts/login/?next=/admin/"

        pressed = client.post(button, {"next": here, "language": "en"}, follow=True)

        assert pressed.redirect_chain[-1][0] == here
        assert "was not saved" not in pressed.content.decode()
        assert self.SENTENCE not in pressed.content.decode()

    def test_nor_is_whoever_left_the_second_factor(self, client):
        left = client.post("/accounts/logout/", {"next": "/accounts/login/"}, follow=True)

        assert self.SENTENCE not in left.content.decode()
