import pytest
from django.urls import reverse
from django.utils.translation import override

from huadu_portal.notifications.models import Notification
from projects import operations
from projects.models import Enterprise, Membership
from tests.conftest import MONDAY

LICENCE = {
    "name": "广州示例装备有限公司",
    "credit_code": "91350100M000100Y43",
    "legal_representative": "何志强",
    "address": "广州市花都区",
}
# A registered code that fails the check of GB 32100-2015.
UNUSUAL = "91350211M0000XUF46"


@pytest.fixture
def asked(firm, eve):
    return operations.ask_to_join(firm, by=eve, at=MONDAY)


class TestRegister:
    url = "/enterprise/register/"

    def test_makes_the_person_its_owner(self, client, eve):
        client.force_login(eve)

        response = client.post(self.url, LICENCE)

        membership = Membership.objects.get(enterprise__name=LICENCE["name"])
        assert response.url == reverse("projects:start")
        assert (membership.user, membership.role) == (eve, Membership.Role.OWNER)

    def test_refuses_a_malformed_code_beside_the_field(self, client, eve):
        client.force_login(eve)

        response = client.post(self.url, LICENCE | {"credit_code": "9135O100M000100Y43"})

        assert list(response.context["form"].errors) == ["credit_code"]
        assert not Enterprise.objects.exists()

    def test_sends_a_code_that_fails_the_check_to_the_window(self, client, eve):
        client.force_login(eve)

        response = client.post(
            self.url, LICENCE | {"credit_code": UNUSUAL, "credit_code_reason": "x"}
        )

        assert list(response.context["form"].errors) == ["credit_code"]
        assert not Enterprise.objects.exists()

    def test_lets_the_window_accept_it_with_a_reason(self, client, wei):
        client.force_login(wei)

        client.post(
            self.url,
            LICENCE | {"credit_code": UNUSUAL, "credit_code_reason": "已核对营业执照原件"},
        )

        enterprise = Enterprise.objects.get(credit_code=UNUSUAL)
        assert enterprise.credit_code_reason == "已核对营业执照原件"
        assert not enterprise.memberships.exists()

    def test_asks_the_window_for_the_reason(self, client, wei):
        client.force_login(wei)

        response = client.post(self.url, LICENCE | {"credit_code": UNUSUAL})

        assert list(response.context["form"].errors) == ["credit_code_reason"]

    def test_offers_to_join_what_is_registered(self, client, eve, firm):
        client.force_login(eve)

        response = client.post(self.url, LICENCE | {"credit_code": firm.credit_code.lower()})

        assert f'action="{reverse("projects:join")}"' in response.text
        assert firm.name not in response.text

    def test_refuses_characters_that_cannot_be_shown(self, client, eve):
        client.force_login(eve)

        response = client.post(self.url, LICENCE | {"name": "锦华\u202e食品"})

        assert list(response.context["form"].errors) == ["name"]

    def test_is_not_for_other_officials(self, client, omar):
        client.force_login(omar)

        assert client.get(self.url).status_code == 403


class TestJoin:
    url = "/enterprise/join/"

    def test_asks_the_owner_and_the_window(self, client, eve, firm, alice, wei):
        client.force_login(eve)

        client.post(self.url, {"credit_code": firm.credit_code})

        assert firm.memberships.get(user=eve).state == Membership.State.ASKED
        assert alice.notifications.count() == wei.notifications.count() == 1

    def test_gives_no_access_before_it_is_agreed(self, client, asked, eve, application):
        client.force_login(eve)

        assert client.get(application.get_absolute_url()).status_code == 404

    def test_does_not_say_whether_the_code_is_known(self, client, eve, firm):
        client.force_login(eve)

        def answer(code):
            return client.post(self.url, {"credit_code": code}, follow=True)

        unknown, known = answer(LICENCE["credit_code"]), answer(firm.credit_code)

        def said(page):
            return [str(message) for message in page.context["messages"]]

        assert unknown.redirect_chain == known.redirect_chain
        assert said(unknown) == said(known) != []
        assert firm.name not in known.text

    def test_who_is_refused_learns_no_name(self, client, asked, eve, alice, firm):
        operations.decide_membership(asked, by=alice, at=MONDAY, agreed=False)
        client.force_login(eve)

        assert firm.name not in client.get("/notifications/").text
        assert firm.name not in client.get("/enterprise/").text

    def test_who_is_let_in_is_told_the_name(self, client, asked, eve, alice, firm):
        operations.decide_membership(asked, by=alice, at=MONDAY, agreed=True)
        client.force_login(eve)

        assert firm.name in client.get("/notifications/").text

    @pytest.mark.parametrize(
        ("agreed", "chinese", "english"),
        [
            (True, "办事的申请已获同意。", "has been agreed to."),
            (False, "办事的申请未获同意。", "has not been agreed to."),
        ],
    )
    def test_who_asked_is_told_how_it_was_decided(
        self, asked, eve, alice, agreed, chinese, english
    ):
        operations.decide_membership(asked, by=alice, at=MONDAY, agreed=agreed)

        message = eve.notifications.get()
        mail = message.deliveries.get()
        assert message.title.endswith(chinese)
        assert (mail.state, mail.subject) == ("pending", message.title)
        assert message.title in mail.body
        with override("en"):
            assert message.title.endswith(english)

    def test_what_was_told_before_the_decision_was_named_can_still_be_read(self, client, eve):
        params = {"enterprise": "91440114MADEM0142P"}
        Notification.objects.create(
            recipient=eve,
            kind="membership_decided",
            params=params,
            url="/",
            event_key="x",
            created_at=MONDAY,
        )
        client.force_login(eve)

        assert "91440114MADEM0142P办事的申请已有答复。" in client.get("/notifications/").text


class TestDecide:
    def agree(self, membership):
        return reverse("projects:membership_act", args=[membership.pk, "agree"])

    def refuse(self, membership):
        return reverse("projects:membership_act", args=[membership.pk, "refuse"])

    def test_asking_changes_nothing(self, client, alice, asked):
        client.force_login(alice)

        response = client.get(self.agree(asked))

        asked.refresh_from_db()
        assert (response.status_code, asked.state) == (200, Membership.State.ASKED)

    @pytest.mark.parametrize("name", ["alice", "wei", "chen"])
    def test_owner_and_window_may_agree(self, client, asked, name, request):
        client.force_login(request.getfixturevalue(name))

        client.post(self.agree(asked))

        asked.refresh_from_db()
        assert asked.state == Membership.State.ACTIVE

    def test_the_owner_may_refuse(self, client, alice, asked):
        client.force_login(alice)

        client.post(self.refuse(asked))

        asked.refresh_from_db()
        assert asked.state == Membership.State.REFUSED

    def test_a_second_answer_changes_nothing(self, client, alice, asked):
        client.force_login(alice)
        client.post(self.agree(asked))

        client.post(self.refuse(asked))

        asked.refresh_from_db()
        assert asked.state == Membership.State.ACTIVE

    def test_a_stranger_does_not_know_of_it(self, client, stranger_to_firm, asked):
        client.force_login(stranger_to_firm)

        assert client.post(self.agree(asked)).status_code == 404

    @pytest.mark.parametrize("name", ["eve", "ann_user", "ada"])
    def test_who_sees_it_may_not_answer_it(self, client, asked, name, request):
        client.force_login(request.getfixturevalue(name))

        assert client.post(self.agree(asked)).status_code == 403

    @pytest.fixture
    def ann_user(self, ann):
        return ann.user


class TestPage:
    url = "/enterprise/"

    def test_shows_who_waits_for_the_owner(self, client, alice, asked):
        client.force_login(alice)

        assert list(client.get(self.url).context["asked"]) == [asked]

    def test_shows_a_filer_no_requests(self, client, alice, asked, bob, firm):
        filer = operations.ask_to_join(firm, by=bob, at=MONDAY)
        operations.decide_membership(filer, by=alice, at=MONDAY, agreed=True)
        client.force_login(bob)

        assert list(client.get(self.url).context["asked"]) == []

    def test_offers_somebody_new_to_register(self, client, eve):
        client.force_login(eve)

        assert reverse("projects:register_enterprise") in client.get(self.url).text

    def test_is_not_for_officials_who_cannot_agree(self, client, omar):
        client.force_login(omar)

        assert client.get(self.url).status_code == 403

    def test_asks_for_sign_in(self, client):
        assert client.get(self.url).url == "/accounts/login/?next=/enterprise/"
