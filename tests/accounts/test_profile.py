"""One's own account: details, a copy of one's data, a request to have it erased."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from huadu_portal.accounts import erasure
from huadu_portal.accounts.acts import ERASURE_ACTS
from huadu_portal.accounts.models import ErasureRequest, User
from huadu_portal.accounts.tokens import Token
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery
from tests.conftest import MONDAY, PASSWORD

pytestmark = pytest.mark.django_db
URL = "/accounts/profile/"
TYPED = {
    "name": "艾丽斯",
    "mobile": "+86 139 0013 9000",
    "language": "en",
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


@pytest.fixture
def signed_in(client, alice):
    """By the password, just now."""
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def asked(alice, sun):
    return erasure.ask(alice, at=MONDAY, reason="不再使用")


def answer(client, request, act, **typed):
    address = f"/admin/accounts/erasurerequest/{request.pk}/acts/{act}/"
    return client.post(address, {"answer": "已核实本人身份"} | typed)


class TestDetails:
    def test_are_changed_and_the_log_says_which(self, signed_in, alice):
        signed_in.post(URL, TYPED)

        alice.refresh_from_db()
        assert (alice.name, alice.mobile, alice.language) == ("艾丽斯", "13900139000", "en")

    def test_wrong_ones_are_refused_beside_their_field_and_stay_typed(self, signed_in, alice):
        page = signed_in.post(URL, TYPED | {"mobile": "123"})

        assert list(page.context["form"].errors) == ["mobile"]
        assert 'value="艾丽斯"' in page.text
        alice.refresh_from_db()
        assert alice.name == "Alice"

    @pytest.mark.parametrize("typed", ["", "wrong"])
    def test_another_mobile_takes_the_password(self, signed_in, alice, typed):
        page = signed_in.post(URL, TYPED | {"password": typed})

        alice.refresh_from_db()
        assert list(page.context["form"].errors) == ["password"]
        assert alice.mobile == "13800138000"

    def test_another_name_does_not(self, signed_in, alice):
        signed_in.post(URL, TYPED | {"mobile": alice.mobile, "password": ""})

        alice.refresh_from_db()
        assert alice.name == "艾丽斯"

    def test_the_name_of_staff_is_not_theirs_to_change(self, client, wei):
        client.force_login(wei)

        assert list(client.get(URL).context["form"].fields) == [
            "mobile",
            "language",
            "password",
        ]

    def test_role_and_department_are_not_taken(self, signed_in, alice):
        signed_in.post(URL, TYPED | {"role": "leader", "email": "x@example.com"})

        alice.refresh_from_db()
        assert (alice.role, alice.email) == (User.Role.ENTERPRISE, "alice@example.com")

    def test_the_page_leads_to_everything_of_the_account(self, signed_in):
        page = signed_in.get(URL).text

        for address in ["email/", "password/change/", "2fa/", "access/", "profile/export/"]:
            assert f'"/accounts/{address}"' in page


class TestCopy:
    def test_holds_what_is_kept_and_nothing_of_others(
        self, signed_in, alice, firm, application, other_firm, bob
    ):
        response = signed_in.post(f"{URL}export/")

        said = json.loads(response.content)
        assert response["Content-Disposition"].startswith("attachment")
        assert said["account"]["mobile"] == alice.mobile
        assert [row["enterprise__name"] for row in said["enterprises"]] == [firm.name]
        assert [row["number"] for row in said["applications"]] == [application.number]
        assert len(said["messages"]) == alice.notifications.count() > 0
        assert firm.name in response.content.decode()
        assert other_firm.name not in response.content.decode()
        assert "password" not in said["account"]

    def test_asks_whoever_signed_in_earlier_for_the_password(self, client, alice):
        client.force_login(alice)

        assert "reauthenticate" in client.post(f"{URL}export/").url

    def test_is_not_handed_out_to_a_link(self, signed_in):
        assert signed_in.get(f"{URL}export/").status_code == 302


class TestErasure:
    def test_is_asked_for_once_and_told_to_who_answers(self, signed_in, alice, sun):
        for _time in range(2):
            signed_in.post(f"{URL}erasure/", {"reason": "不再使用"})

        request = alice.erasure_requests.get()
        assert (request.due_on - request.asked_at.date()).days in {29, 30, 31}
        assert sun.notifications.filter(kind="erasure_asked").count() == 1

    def test_declined_is_told_with_the_reason_and_changes_nothing(
        self, client, asked, alice, sun
    ):
        client.force_login(sun)

        refused = answer(client, asked, "decline", answer=" ")
        answer(client, asked, "decline")

        asked.refresh_from_db()
        assert "answer" in refused.context["form"].errors
        assert (asked.state, asked.answered_by) == ("declined", sun)
        assert Delivery.objects.filter(body__contains="已核实本人身份").exists()
        alice.refresh_from_db()
        assert alice.is_active

    def test_carried_out_leaves_no_name_address_or_way_in(
        self, client, asked, alice, sun, application
    ):
        alice.memberships.update(role="filer")
        _row, _token = Token.objects.create(alice)
        client.force_login(sun)

        answer(client, asked, "erase")

        alice.refresh_from_db()
        assert (alice.is_active, alice.email, alice.mobile) == (False, "", "")
        assert "Alice" not in str(alice)
        assert not EmailAddress.objects.filter(user=alice).exists()
        assert not Token.objects.filter(user=alice).exists()
        assert alice.memberships.get().state == "left"
        assert Delivery.objects.get(to="alice@example.com", notification=None).text.count(
            "已核实本人身份"
        )
        client.logout()
        client.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
        assert "_auth_user_id" not in client.session
        assert application.events.filter(by=alice).exists()

    def test_waits_until_the_firm_is_handed_over(self, asked, sun, firm):
        with pytest.raises(NotAllowed, match=firm.name):
            erasure.erase_account(asked, by=sun, at=MONDAY, answer="x")

        asked.refresh_from_db()
        assert asked.is_open

    @pytest.mark.parametrize("name", ["alice", "tom", "ada", "wei"])
    def test_is_answered_by_the_security_administrator_alone(
        self, client, asked, name, request
    ):
        client.force_login(request.getfixturevalue(name))

        assert answer(client, asked, "erase").status_code in {302, 403, 404}
        asked.refresh_from_db()
        assert asked.is_open

    def test_is_not_answered_by_oneself(self, sun):
        own = erasure.ask(sun, at=MONDAY)

        assert not ERASURE_ACTS["erase"].rule.may_ever(sun, own)

    def test_stands_on_the_persons_page_with_its_answer(self, signed_in, asked, sun):
        erasure.decline_erasure(asked, by=sun, at=MONDAY, answer="尚有在办项目")

        assert "尚有在办项目" in signed_in.get(URL).text
        assert ErasureRequest.objects.open().count() == 0
