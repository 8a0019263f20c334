"""The window files for a firm that came to it and has no account."""

import pytest
from django.urls import reverse

from approvals.acts import operations as acts
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery
from projects import operations
from projects.models import Application, CounterNotice, Enterprise, MaterialKind, Membership
from projects.operations.assisted_filing import confirm_filing
from projects.operations.counter_notices import record_hand_over
from tests.approvals.moments import by_api, desk_of
from tests.conftest import DESCRIPTION, MONDAY, item_of, stock, taken_on
from tests.projects.conftest import TYPED

pytestmark = pytest.mark.django_db
CODE = "91440114MADEM01855"
CONTACT = {"contact_name": "陈静", "contact_mobile": "13800138001"}
WALK_IN = CONTACT | {
    "credit_code": CODE,
    "name": "广州来访包装有限公司",
    "legal_representative": "李明",
    "licence_checked": True,
}


@pytest.fixture
def assisted(wei, catalogue):
    """Begun at the window on Monday."""
    return operations.begin_assisted(by=wei, at=MONDAY, **WALK_IN)


def submitted_by(application, wei, at=MONDAY):
    return operations.submit_application(application, by=wei, at=at, fields=DESCRIPTION)


@pytest.fixture
def filed(assisted, wei):
    return submitted_by(assisted, wei)


@pytest.fixture
def walk_in_project(filed, wei, ann):
    return taken_on(filed, by=wei, agent=ann)


@pytest.fixture
def ready(walk_in_project, wei):
    item = item_of(walk_in_project, "HD-GC-01")
    stock(item, wei)
    return item


def join(enterprise, user, role=Membership.Role.OWNER):
    return Membership.objects.create(
        enterprise=enterprise, user=user, role=role, state="active", asked_at=MONDAY
    )


class TestBeginning:
    def test_registers_a_firm_whose_licence_is_checked_with_it(self, assisted, wei):
        firm = assisted.enterprise

        assert (firm.name, firm.credit_code, firm.proved_by) == (WALK_IN["name"], CODE, wei)
        assert (assisted.assisted_by, assisted.assisted_at) == (wei, MONDAY)

    def test_finds_the_firm_again_by_its_code(self, assisted, wei):
        again = operations.begin_assisted(by=wei, at=MONDAY, **WALK_IN | {"name": "别名"})

        assert again.enterprise == assisted.enterprise
        assert again.enterprise.name == WALK_IN["name"]

    def test_is_refused_for_a_firm_that_has_an_account(self, firm, wei, catalogue):
        with pytest.raises(NotAllowed):
            operations.begin_assisted(
                by=wei, at=MONDAY, **WALK_IN | {"credit_code": firm.credit_code}
            )

    def test_leaves_what_somebody_typed_of_the_code_alone(self, bob, wei, catalogue):
        theirs = operations.register_enterprise(
            by=bob, at=MONDAY, name="自称", credit_code=CODE
        )

        application = operations.begin_assisted(by=wei, at=MONDAY, **WALK_IN)

        assert application.enterprise != theirs
        assert bob.notifications.get().kind == "code_proved"

    def test_needs_the_licence(self, wei, catalogue):
        with pytest.raises(NotAllowed):
            operations.begin_assisted(by=wei, at=MONDAY, **WALK_IN | {"licence_checked": False})


class TestPages:
    def test_the_window_goes_all_the_steps(self, client, wei, catalogue):
        client.force_login(wei)
        typed = WALK_IN | {"contact_email": "", "address": "", "licence_checked": "on"}

        begun = client.post(reverse("projects:start"), typed)

        application = Application.objects.get()
        assert begun.url == reverse("projects:step", args=[application.pk, "enterprise"])
        for step in ("enterprise", "project", "land"):
            address = reverse("projects:step", args=[application.pk, step])
            assert client.get(address).status_code == 200
            assert client.post(address, TYPED | CONTACT).status_code == 302
        review = client.get(reverse("projects:step", args=[application.pk, "review"]))
        assert review.status_code == 200

    def test_a_new_code_asks_for_what_the_licence_states(self, client, wei, catalogue):
        client.force_login(wei)

        page = client.post(
            reverse("projects:start"), CONTACT | {"credit_code": CODE, "licence_checked": "on"}
        )

        assert set(page.context["form"].errors) == {"name", "legal_representative"}
        assert not Enterprise.objects.exists()

    def test_a_firm_with_an_account_is_refused_beside_its_code(self, client, wei, firm):
        client.force_login(wei)

        page = client.post(
            reverse("projects:start"),
            CONTACT | {"credit_code": firm.credit_code, "licence_checked": "on"},
        )

        assert "credit_code" in page.context["form"].errors

    @pytest.mark.parametrize("name", ["omar", "chen", "ada"])
    def test_nobody_else_of_the_staff_files(self, client, name, request, assisted):
        client.force_login(request.getfixturevalue(name))

        assert client.get(reverse("projects:start")).status_code == 403
        step = reverse("projects:step", args=[assisted.pk, "project"])
        assert client.get(step).status_code in {403, 404}

    def test_says_on_page_and_desk_who_filed_it(self, client, wei, filed):
        client.force_login(wei)

        for address in (
            filed.get_absolute_url(),
            f"/admin/projects/application/{filed.pk}/change/",
        ):
            page = client.get(address).content.decode()
            assert "Wei" in page
            assert "由综合窗口代企业办理" in page

    def test_lists_what_the_window_files(self, client, wei, assisted, application):
        client.force_login(wei)

        listed = client.get(reverse("projects:applications")).context["page"].object_list

        assert list(listed) == [assisted]

    def test_ends_when_the_firm_has_an_account(self, client, wei, assisted, eve):
        join(assisted.enterprise, eve)
        client.force_login(wei)

        step = reverse("projects:step", args=[assisted.pk, "project"])

        assert client.get(step).status_code == 403


class TestReceipt:
    def test_names_the_window_and_the_clerk(self, filed):
        paper = filed.papers.get().paper

        assert "综合窗口代为申报（经办人：Wei）" in str(paper.data)


class TestApi:
    address = "/api/v1/applications/"

    def post(self, client, user, address, body, **headers):
        client.force_login(user)
        return client.post(address, body, content_type="application/json", **headers)

    def test_files_from_the_draft_to_the_receipt(self, client, wei, catalogue):
        begun = self.post(client, wei, self.address, {"walk_in": WALK_IN, "name": "来访项目"})

        assert begun.status_code == 201, begun.content
        assert begun.json()["assisted_by"] == "Wei"
        assert begun.json()["draft"]["contact_name"] == CONTACT["contact_name"]
        mine = f"{self.address}{begun.json()['id']}/"
        changed = client.patch(mine, {"contact_name": "李静"}, content_type="application/json")
        assert changed.status_code == 200
        missing = self.post(client, wei, f"{mine}submit/", {})
        assert missing.status_code == 400

    def test_begins_once_for_a_key(self, client, wei, catalogue):
        body, key = {"walk_in": WALK_IN}, {"headers": {"Idempotency-Key": "walk-in-1"}}

        first = self.post(client, wei, self.address, body, **key)
        second = self.post(client, wei, self.address, body, **key)

        assert first.json()["id"] == second.json()["id"]
        assert Application.objects.count() == 1

    def test_says_by_field_what_is_wrong(self, client, wei, catalogue):
        body = {"walk_in": WALK_IN | {"credit_code": "12"}}

        answer = self.post(client, wei, self.address, body)

        assert answer.status_code == 400
        assert "credit_code" in str(answer.json()["errors"])

    def test_a_firm_names_no_walk_in_and_an_officer_begins_none(self, client, omar, wei):
        assert self.post(client, omar, self.address, {"walk_in": WALK_IN}).status_code == 403
        assert self.post(client, wei, self.address, {}).status_code == 400

    def test_the_window_uploads_for_no_firm_that_has_an_account(self, client, wei, firm, pdf):
        client.force_login(wei)
        kind = MaterialKind.objects.get(name="营业执照")
        body = {"kind": kind.code, "file": pdf, "enterprise": str(firm.pk)}

        assert client.post("/api/v1/documents/", body).status_code == 403


class TestNotices:
    def test_without_an_address_are_to_be_handed_over(self, filed):
        notice = filed.counter_notices.get()

        assert notice.standing == CounterNotice.Standing.TO_HAND_OVER
        assert notice.kind == "application_submitted"

    def test_with_an_address_are_mailed(self, wei, catalogue):
        said = WALK_IN | {"contact_email": "chen@example.com"}
        filed = submitted_by(operations.begin_assisted(by=wei, at=MONDAY, **said), wei)

        notice = filed.counter_notices.get()

        assert notice.delivery.to == "chen@example.com"
        assert filed.number in notice.delivery.text
        assert notice.standing == CounterNotice.Standing.MAILED

    def test_a_mail_that_was_given_up_is_to_be_handed_over(self, wei, catalogue):
        said = WALK_IN | {"contact_email": "chen@example.com"}
        filed = submitted_by(operations.begin_assisted(by=wei, at=MONDAY, **said), wei)
        Delivery.objects.update(state=Delivery.State.DEAD)

        assert list(CounterNotice.objects.to_hand_over()) == [filed.counter_notices.get()]

    def test_none_for_a_firm_that_has_an_account(self, application):
        assert not CounterNotice.objects.exists()

    def test_are_handed_over_once(self, client, wei, filed):
        notice = filed.counter_notices.get()
        client.force_login(wei)
        address = f"/admin/projects/counternotice/{notice.pk}/acts/hand_over/"

        done = client.post(address, {"way": "counter", "note": "陈静"})

        assert done.status_code == 302
        notice = CounterNotice.objects.get(pk=notice.pk)
        assert (notice.handed_over.by, notice.handed_over.note) == (wei, "陈静")
        with pytest.raises(NotAllowed):
            record_hand_over(notice, by=wei, at=MONDAY, way="post", note="1")

    def test_are_handed_over_by_the_api(self, client, wei, omar, filed):
        notice = filed.counter_notices.get()
        address = f"/api/v1/counter-notices/{notice.pk}/"
        body = {"way": "post", "note": "EMS 1"}

        client.force_login(omar)
        assert client.get(address).status_code == 404
        client.force_login(wei)
        done = client.post(f"{address}hand_over/", body, content_type="application/json")

        assert done.json()["standing"] == "handed_over"
        assert done.json()["handed_over"]["way"] == "post"

    def test_can_be_printed(self, client, wei, bob, filed):
        notice = filed.counter_notices.get()
        client.force_login(wei)
        assert client.get(notice.print_address).status_code == 200
        client.force_login(bob)
        assert client.get(notice.print_address).status_code == 404


class TestConfirming:
    def test_is_recorded_by_the_firm_once_it_has_an_account(self, client, filed, eve):
        join(filed.enterprise, eve)
        client.force_login(eve)
        assert client.get(filed.get_absolute_url()).context["may_confirm"]

        done = client.post(reverse("projects:confirm_filing", args=[filed.pk]))

        filed.refresh_from_db()
        assert done.status_code == 302
        assert filed.confirmed_by == eve

    def test_is_not_the_windows(self, client, filed, wei):
        client.force_login(wei)

        answer = client.post(reverse("projects:confirm_filing", args=[filed.pk]))

        assert answer.status_code == 403

    def test_is_once_and_of_what_was_filed_at_the_window(self, filed, eve, application, alice):
        join(filed.enterprise, eve)
        confirm_filing(filed, by=eve, at=MONDAY)

        with pytest.raises(NotAllowed):
            confirm_filing(filed, by=eve, at=MONDAY)
        with pytest.raises(NotAllowed):
            confirm_filing(application, by=alice, at=MONDAY)


class TestItems:
    def test_the_window_submits_for_a_firm_without_an_account(self, ready, wei):
        item = acts.submit(ready, by=wei, at=MONDAY, version=ready.version)

        assert item.status == "submitted"
        assert item.events.last().is_for_firm
        notices = CounterNotice.objects.about([item.pk])
        assert [each.kind for each in notices] == ["item_received"]

    def test_the_window_answers_a_correction_at_the_desk(self, client, ready, wei, omar):
        item = acts.submit(ready, by=wei, at=MONDAY, version=ready.version)
        item = acts.request_correction(
            item, by=omar, at=MONDAY, version=item.version, missing=["补充总平面图"]
        )
        client.force_login(wei)
        address = desk_of(item, "resubmit")
        assert client.get(address).status_code == 200

        done = client.post(
            address, {"version": item.version, "point_1_text": "已补充", "note": ""}
        )

        item.refresh_from_db()
        assert done.status_code == 302, done.content.decode()
        assert item.status == "submitted"
        answer = item.corrections.get().answers.get()
        assert answer.text == "已补充"

    def test_the_window_submits_nothing_for_a_firm_with_an_account(
        self, client, item, alice, wei
    ):
        stock(item, alice)
        client.force_login(wei)

        by_desk = client.get(desk_of(item, "submit"))
        by_page = client.get(f"/items/{item.pk}/submit/")

        assert by_desk.status_code == 403
        assert by_page.status_code == 403
        assert by_api(client, wei, item, "submit").status_code == 403

    def test_the_desk_lists_what_is_to_be_handed_over(self, client, ready, wei, omar):
        item = acts.submit(ready, by=wei, at=MONDAY, version=ready.version)
        item = acts.request_correction(
            item, by=omar, at=MONDAY, version=item.version, missing=["补充总平面图"]
        )
        for person in (wei, omar):
            client.force_login(person)
            page = client.get(f"/admin/approvals/approvalitem/{item.pk}/change/")
            assert page.status_code == 200
            assert len(page.context["counter_notices"]) == 2

    def test_the_right_ends_with_the_first_account(self, client, ready, wei, eve):
        join(ready.project.enterprise, eve)

        assert by_api(client, wei, ready, "submit").status_code == 403
