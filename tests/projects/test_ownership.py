"""Whose a firm is: claimed by anybody, proved by its licence, disputed, handed over, left."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse

from agents.triage.acts import APPLICATION_ACTS
from approvals.acts import operations as acts
from huadu_portal.accounts.tokens import Token
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery, Notification
from projects import operations
from projects.acts import MEMBERSHIP_ACTS
from projects.models import Enterprise, MaterialKind, Membership
from projects.operations import memberships
from tests.conftest import DAY, DESCRIPTION, MONDAY, PASSWORD, PDF, person, taken_on

prove_old = import_module("projects.migrations.0022_proved").prove
pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"
REASON = "已核对营业执照原件和法定代表人身份证"
State, Role = Membership.State, Membership.Role


def registered(by, name="广州示例装备有限公司"):
    return operations.register_enterprise(by=by, at=MONDAY, name=name, credit_code=CODE)


def handed_in(firm, by):
    draft = operations.start_application(firm, by=by, at=MONDAY)
    return operations.submit_application(draft, by=by, at=MONDAY, fields=DESCRIPTION)


def colleague_of(firm, user, by):
    asked = operations.ask_to_join(firm, by=user, at=MONDAY)
    return operations.decide_membership(asked, by=by, at=MONDAY, agreed=True)


def told(user):
    return list(user.notifications.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def mine(eve):
    return registered(eve)


@pytest.fixture
def filer(firm, eve, alice):
    return colleague_of(firm, eve, alice)


@pytest.fixture
def claim(firm, eve):
    memberships.claim_by_code(firm.credit_code, by=eve, at=MONDAY, reason="法定代表人授权")
    return firm.memberships.get(user=eve)


class TestTwoWhoClaimOneCode:
    def test_both_may_draft_and_submit_and_neither_sees_the_other(
        self, client, mine, bob, eve, catalogue
    ):
        client.force_login(bob)
        typed = {"name": "另一家", "credit_code": CODE, "legal_representative": "何志强"}
        client.post("/enterprise/register/", typed)
        theirs = Enterprise.objects.exclude(pk=mine.pk).get(credit_code=CODE)
        applications = [handed_in(mine, eve), handed_in(theirs, bob)]
        kind = MaterialKind.objects.get(name="营业执照")
        upload = ContentFile(PDF, name="机密.pdf")
        document = operations.add_document(mine, by=eve, at=MONDAY, kind=kind, upload=upload)

        assert [each.status for each in applications] == ["submitted"] * 2
        for address in [
            applications[0].get_absolute_url(),
            document.get_absolute_url(),
            f"/api/v1/applications/{applications[0].pk}/",
            f"/api/v1/enterprises/{mine.pk}/",
            reverse("admin:projects_enterprise_change", args=[mine.pk]),
        ]:
            assert client.get(address).status_code in {403, 404, 302}
        for page in ["/apply/", "/enterprise/", "/materials/", "/api/v1/memberships/"]:
            text = client.get(page).text
            assert mine.name not in text
            assert "机密.pdf" not in text
            assert eve.email not in text

    def test_the_one_whose_licence_is_checked_is_proved_and_the_other_told(
        self, mine, bob, eve, wei, ann
    ):
        theirs = registered(bob)
        application = handed_in(mine, eve)

        taken_on(application, by=wei, agent=ann, licence_checked=True)

        mine.refresh_from_db()
        assert (mine.proved_by, mine.is_proved) == (wei, True)
        assert told(bob)[-1] == "code_proved"
        with pytest.raises(NotAllowed, match="另一"):
            handed_in(theirs, bob)

    def test_the_other_cannot_be_proved_afterwards(self, mine, bob, eve, wei, ann):
        theirs = registered(bob)
        first, second = handed_in(mine, eve), handed_in(theirs, bob)
        taken_on(first, by=wei, agent=ann, licence_checked=True)

        with pytest.raises(NotAllowed):
            taken_on(second, by=wei, agent=ann, licence_checked=True)

        theirs.refresh_from_db()
        assert not theirs.is_proved

    def test_a_proved_code_is_not_registered_again(self, client, firm, eve):
        client.force_login(eve)
        typed = {"name": "x", "credit_code": firm.credit_code, "legal_representative": "y"}

        page = client.post("/enterprise/register/", typed)

        assert list(page.context["form"].errors) == ["credit_code"]

    def test_nobody_registers_a_code_twice(self, client, mine, eve):
        client.force_login(eve)
        typed = {"name": "x", "credit_code": CODE, "legal_representative": "y"}

        assert client.post("/enterprise/register/", typed).status_code == 200
        assert Enterprise.objects.filter(credit_code=CODE).count() == 1

    def test_who_registered_first_lets_nobody_in(self, mine, eve, bob, wei):
        operations.ask_by_code(CODE, by=bob, at=MONDAY)

        asked = mine.memberships.get(user=bob)
        assert (told(eve), told(wei)) == ([], ["membership_asked"])
        assert not Membership.objects.decidable_by(eve).exists()
        assert not operations.may_decide_membership(eve, asked)
        assert operations.may_decide_membership(wei, asked)

    def test_what_government_has_of_the_firm_is_not_put_before_them(self, mine, wei, catalogue):
        kind = MaterialKind.objects.get(name="营业执照")
        upload = ContentFile(PDF, name="a.pdf")

        with pytest.raises(NotAllowed):
            operations.share_document(mine, by=wei, at=MONDAY, kind=kind, upload=upload)


class TestLicence:
    @pytest.fixture
    def unproved(self, mine, eve, catalogue):
        return handed_in(mine, eve)

    def test_taking_on_without_it_is_refused(self, unproved, wei, ann):
        with pytest.raises(NotAllowed, match="营业执照"):
            taken_on(unproved, by=wei, agent=ann)

    def test_is_a_tick_of_the_dialog_and_asked_beside_it(self, client, unproved, wei, ann):
        client.force_login(wei)
        form = APPLICATION_ACTS["take_on"].form(thing=unproved)
        typed = {field.html_name: field.value() for field in form if field.value()}
        typed |= {"agent": ann.pk}
        address = reverse("admin:projects_application_act", args=[unproved.pk, "take_on"])

        refused = client.post(address, typed)
        assert list(refused.context["form"].errors) == ["licence_checked"]
        client.post(address, typed | {"licence_checked": "on"})

        unproved.enterprise.refresh_from_db()
        assert unproved.enterprise.is_proved

    def test_is_not_asked_of_a_firm_that_is_proved(self, application):
        assert (
            "licence_checked" not in APPLICATION_ACTS["take_on"].form(thing=application).fields
        )

    def test_is_a_field_of_the_interface(self, client, unproved, wei, ann):
        client.force_login(wei)
        address = f"/api/v1/applications/{unproved.pk}/accept/"
        body = {"version": unproved.version, "agent": str(ann.pk)}

        def answer(**more):
            return client.post(address, body | more, content_type="application/json")

        assert [*answer().json()["errors"]] == ["licence_checked"]
        assert answer(licence_checked=True).status_code == 200

    def test_counts_as_checked_where_an_application_was_accepted(self, project, firm, mine):
        Enterprise.objects.update(proved_at=None)

        prove_old(apps, None)

        firm.refresh_from_db()
        mine.refresh_from_db()
        assert (firm.proved_at, mine.proved_at) == (project.application.decided_at, None)


class TestVerifying:
    """A firm that has no application yet which the window could take on."""

    SEEN = {"licence_checked": "on", "reason": "窗口核验营业执照原件"}

    def test_by_the_window_at_the_desk_says_what_was_shown(self, client, mine, bob, wei):
        registered(bob)
        client.force_login(wei)
        address = reverse("admin:projects_enterprise_act", args=[mine.pk, "verify"])
        assert address in client.get(f"/admin/projects/enterprise/{mine.pk}/change/").text

        client.post(address, self.SEEN)

        mine.refresh_from_db()
        assert (mine.proved_by, mine.proved_note) == (wei, self.SEEN["reason"])
        assert told(bob)[-1] == "code_proved"
        page = client.get(f"/admin/projects/enterprise/{mine.pk}/change/").text
        assert self.SEEN["reason"] in page
        assert address not in page

    def test_asks_for_the_licence_and_for_what_was_shown(self, client, mine, wei):
        client.force_login(wei)
        address = reverse("admin:projects_enterprise_act", args=[mine.pk, "verify"])

        refused = client.post(address, {"reason": " "})

        assert {*refused.context["form"].errors} == {"licence_checked", "reason"}
        mine.refresh_from_db()
        assert not mine.is_proved

    def test_by_the_interface(self, client, mine, wei):
        client.force_login(wei)
        address = f"/api/v1/enterprises/{mine.pk}/verify/"

        def said(**body):
            return client.post(address, body, content_type="application/json")

        assert said(licence_checked=False, reason="x").status_code in {400, 409}
        assert said(licence_checked=True, reason="原件").json()["proved_at"]
        assert said(licence_checked=True, reason="原件").status_code == 409

    def test_is_not_for_its_own_people_or_readers(self, client, mine, eve, li):
        for who in (eve, li):
            client.force_login(who)
            body = {"licence_checked": True, "reason": "x"}
            address = f"/api/v1/enterprises/{mine.pk}/verify/"
            said = client.post(address, body, content_type="application/json")
            assert said.status_code == 403

    def test_of_two_with_one_code_proves_one(self, mine, bob, wei):
        theirs = registered(bob)
        memberships.verify_enterprise(
            mine, by=wei, at=MONDAY, licence_checked=True, reason="原件"
        )

        with pytest.raises(NotAllowed):
            memberships.verify_enterprise(
                theirs, by=wei, at=MONDAY, licence_checked=True, reason="原件"
            )


class TestContact:
    """Whom the center calls about a project, once a filer acts for the firm no more."""

    @pytest.fixture
    def named(self, project, eve):
        eve.mobile = "13900139000"
        eve.save()
        project.contact_name, project.contact_mobile = "陈工", eve.mobile
        project.save()
        return project

    def test_is_the_owner_from_then_on_and_the_history_says_who_it_was(
        self, filer, named, alice
    ):
        alice.mobile = "13800138000"
        alice.save()

        memberships.remove_member(filer, by=alice, at=MONDAY + DAY, reason=REASON)

        named.refresh_from_db()
        assert (named.contact_name, named.contact_mobile) == (alice.name, alice.mobile)
        edit = named.edits.get()
        assert (edit.by, edit.note) == (alice, REASON)
        assert edit.changes["contact_name"] == ["陈工", alice.name]

    def test_is_the_new_owner_where_a_claim_was_granted(self, claim, named, alice, eve, wei):
        alice.mobile = "13800138000"
        alice.save()
        named.contact_name, named.contact_mobile = alice.name, alice.mobile
        named.save()

        memberships.grant_claim(claim, by=wei, at=MONDAY + DAY, reason=REASON)

        named.refresh_from_db()
        assert (named.contact_name, named.contact_mobile) == (eve.name, eve.mobile)

    def test_that_is_somebody_else_stays(self, filer, named, alice):
        named.contact_name, named.contact_mobile = "陈工", "13700137000"
        named.save()

        memberships.remove_member(filer, by=alice, at=MONDAY + DAY, reason=REASON)

        named.refresh_from_db()
        assert named.contact_mobile == "13700137000"
        assert not named.edits.exists()

    def test_stays_where_nobody_is_left(self, firm, named, alice, wei):
        named.contact_name, named.contact_mobile = alice.name, ""
        named.save()
        owner = firm.memberships.get(user=alice)

        memberships.remove_member(owner, by=wei, at=MONDAY + DAY, reason=REASON)

        named.refresh_from_db()
        assert named.contact_name == alice.name


class TestClaim:
    def test_is_answered_alike_whether_or_not_the_firm_is_here(self, client, firm, eve):
        client.force_login(eve)

        def said(code):
            typed = {"credit_code": code, "reason": "x"}
            page = client.post("/enterprise/claim/", typed, follow=True)
            return [str(each) for each in page.context["messages"]]

        assert said(CODE) == said(firm.credit_code) != []
        assert firm.memberships.get(user=eve).is_claim

    def test_is_told_to_owner_and_window_and_gives_no_access(
        self, client, wei, claim, alice, eve, application
    ):
        client.force_login(eve)

        assert "membership_claimed" in told(alice)
        assert "membership_claimed" in told(wei)
        assert client.get(application.get_absolute_url()).status_code == 404

    def test_the_owner_does_not_decide_it(self, client, claim, alice):
        client.force_login(alice)

        for act in ["agree", "refuse", "grant_claim", "dismiss_claim"]:
            address = reverse("projects:membership_act", args=[claim.pk, act])
            assert client.post(address, {"reason": REASON}).status_code == 403
        assert not Membership.objects.decidable_by(alice).exists()

    def test_granted_puts_the_person_in_the_owners_place_and_tells_both(
        self, client, claim, firm, alice, eve, wei
    ):
        client.force_login(wei)
        address = reverse("admin:projects_membership_act", args=[claim.pk, "grant_claim"])

        assert "reason" in client.post(address, {"reason": ""}).context["form"].errors
        client.post(address, {"reason": REASON})

        claim.refresh_from_db()
        assert (claim.state, claim.role, claim.is_claim) == (State.ACTIVE, Role.OWNER, False)
        assert firm.memberships.get(user=alice).state == State.LEFT
        assert (told(alice)[-2:], told(eve)[-1]) == (
            ["claim_granted", "membership_ended"],
            "claim_granted",
        )
        assert Delivery.objects.filter(body__contains=REASON).count() >= 2
        assert [each.act for each in claim.events.all()] == ["claimed", "granted"]

    def test_granted_may_leave_the_owner_as_a_filer(self, claim, firm, alice, wei):
        memberships.grant_claim(claim, by=wei, at=MONDAY, reason=REASON, keeps_owners=True)

        before = firm.memberships.get(user=alice)
        assert (before.state, before.role) == (State.ACTIVE, Role.FILER)

    def test_dismissed_tells_both_and_the_claimant_no_name(
        self, client, claim, firm, alice, eve, wei
    ):
        memberships.dismiss_claim(claim, by=wei, at=MONDAY, reason=REASON)

        claim.refresh_from_db()
        assert (claim.state, claim.is_claim) == (State.REFUSED, False)
        assert told(alice)[-1] == told(eve)[-1] == "claim_dismissed"
        client.force_login(eve)
        assert firm.name not in client.get("/notifications/").text

    def test_of_a_filer_leaves_them_a_filer_when_it_is_dismissed(self, filer, firm, eve, wei):
        memberships.claim_by_code(firm.credit_code, by=eve, at=MONDAY, reason="x")
        claim = firm.memberships.get(user=eve)

        memberships.dismiss_claim(claim, by=wei, at=MONDAY, reason=REASON)

        claim.refresh_from_db()
        assert claim.state == State.ACTIVE

    def test_is_made_and_decided_by_the_interface(self, client, firm, eve, wei):
        client.force_login(eve)
        asked = {"credit_code": firm.credit_code, "reason": "x"}
        made = client.post("/api/v1/enterprises/claim/", asked, content_type="application/json")
        client.force_login(wei)
        found = client.get("/api/v1/memberships/", {"claiming": True}).json()["results"]
        address = f"/api/v1/memberships/{found[0]['id']}/grant_claim/"

        done = client.post(address, {"reason": REASON}, content_type="application/json")

        assert (made.status_code, done.status_code) == (202, 200)
        assert done.json()["role"] == Role.OWNER


class TestRemoving:
    def remove(self, membership, by):
        return memberships.remove_member(membership, by=by, at=MONDAY, reason=REASON)

    def test_ends_rights_sessions_and_tokens_at_once(
        self, client, filer, eve, alice, application
    ):
        client.login(username="eve", password=PASSWORD)
        _row, token = Token.objects.create(eve)
        bearer = {"Authorization": f"Token {token}"}
        address = f"/api/v1/applications/{application.pk}/"
        assert client.get(application.get_absolute_url()).status_code == 200
        assert client.get(address, headers=bearer).status_code == 200

        self.remove(filer, alice)

        assert client.get(application.get_absolute_url()).status_code == 302
        client.logout()
        assert client.get(address, headers=bearer).status_code == 401

    def test_ends_the_messages_under_way_and_sends_no_more(
        self, filer, eve, alice, project, submitted, omar, firm
    ):
        about = Delivery.objects.filter(notification__recipient=eve)
        of_the_firm = about.exclude(notification__kind__startswith="membership")
        before = set(of_the_firm.values_list("pk", flat=True))
        assert before

        self.remove(filer, alice)
        acts.accept(submitted, by=omar, at=MONDAY + DAY, version=submitted.version)

        assert set(about.filter(pk__in=before).values_list("state", flat=True)) == {"stopped"}
        assert [each.kind for each in Notification.objects.filter(recipient=eve)][-1] == (
            "membership_ended"
        )

    def test_leaves_messages_of_another_firm_alone(self, filer, eve, alice, application):
        own = handed_in(registered(eve), eve)

        self.remove(filer, alice)

        stopped = Delivery.objects.filter(notification__recipient=eve, state="stopped")
        addresses = set(stopped.values_list("notification__url", flat=True))
        assert addresses == {application.get_absolute_url()}
        assert own.get_absolute_url() not in addresses

    def test_leaves_what_they_filled_in_with_the_firm(self, client, filer, firm, eve, alice):
        draft = operations.start_application(firm, by=eve, at=MONDAY)

        self.remove(filer, alice)

        client.force_login(alice)
        assert (
            client.get(reverse("projects:step", args=[draft.pk, "project"])).status_code == 200
        )

    @pytest.mark.parametrize("who", ["eve", "bob", "li"])
    def test_is_not_for_filers_strangers_or_readers(
        self, client, filer, firm, who, request, alice
    ):
        client.force_login(request.getfixturevalue(who))
        owner = firm.memberships.get(user=alice)

        address = reverse("projects:membership_act", args=[owner.pk, "remove"])

        assert client.post(address, {"reason": REASON}).status_code in {403, 404}
        owner.refresh_from_db()
        assert owner.is_active

    def test_of_an_owner_is_the_windows(self, client, firm, alice, wei):
        owner = firm.memberships.get(user=alice)
        client.force_login(wei)

        client.post(f"/admin/projects/membership/{owner.pk}/acts/remove/", {"reason": REASON})

        owner.refresh_from_db()
        assert owner.state == State.LEFT

    def test_of_somebody_who_comes_back_is_a_new_request(self, filer, firm, alice, eve):
        self.remove(filer, alice)

        again = operations.ask_to_join(firm, by=eve, at=MONDAY + DAY)

        assert (again.state, again.role) == (State.ASKED, Role.FILER)

    def test_by_page_asks_for_a_reason_and_keeps_it(self, client, filer, alice):
        client.force_login(alice)
        address = reverse("projects:membership_act", args=[filer.pk, "remove"])

        assert client.get(address).status_code == 200
        assert "reason" in client.post(address, {"reason": " "}).context["form"].errors
        client.post(address, {"reason": REASON})

        assert filer.events.last().reason == REASON


class TestHandingOver:
    def test_makes_a_colleague_the_owner_and_the_owner_a_filer(
        self, client, filer, firm, alice, eve
    ):
        client.force_login(alice)

        client.post(reverse("projects:membership_act", args=[filer.pk, "hand_over"]))

        roles = dict(firm.memberships.values_list("user__username", "role"))
        assert roles == {"alice": Role.FILER, "eve": Role.OWNER}
        assert told(alice)[-1] == told(eve)[-1] == "owner_changed"

    def test_by_the_interface_too(self, client, filer, alice):
        client.force_login(alice)

        done = client.post(f"/api/v1/memberships/{filer.pk}/hand_over/")

        assert (done.status_code, done.json()["role"]) == (200, Role.OWNER)

    def test_comes_before_an_owner_leaves(self, client, firm, alice):
        client.force_login(alice)
        own = firm.memberships.get(user=alice)

        refused = client.post(f"/api/v1/memberships/{own.pk}/leave/")

        assert refused.status_code == 409

    def test_a_filer_leaves_by_themselves(self, client, filer, eve):
        client.force_login(eve)

        client.post(reverse("projects:membership_act", args=[filer.pk, "leave"]))

        filer.refresh_from_db()
        assert filer.state == State.LEFT


class TestPage:
    def test_offers_the_owner_what_may_be_done_and_asks_alike_for_many(
        self, client, firm, filer, alice, django_assert_max_num_queries
    ):
        client.force_login(alice)
        address = reverse("projects:membership_act", args=[filer.pk, "hand_over"])
        assert address in client.get("/enterprise/").text
        with django_assert_max_num_queries(30) as for_one:
            client.get("/enterprise/")
        for name in ["x", "y", "z"]:
            colleague_of(firm, person(name), alice)

        with django_assert_max_num_queries(len(for_one)):
            client.get("/enterprise/")

    def test_says_to_the_unproved_what_is_to_come(self, client, mine, eve):
        client.force_login(eve)

        assert "尚未核验" in client.get("/enterprise/").text


def test_every_act_has_its_consequence_in_words():
    assert [act.name for act in MEMBERSHIP_ACTS.values() if not act.consequence] == []
