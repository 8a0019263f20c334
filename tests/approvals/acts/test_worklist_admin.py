"""The department's worklist at the staff desk, and the acts on an item there."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.models import ApprovalItem, Status
from tests.conftest import DAY, MONDAY, PDF, item_of, person, stock

LIST = "/admin/approvals/approvalitem/"


def page(item):
    return f"{LIST}{item.pk}/change/"


def address(item, act):
    return f"{LIST}{item.pk}/acts/{act}/"


@pytest.fixture
def desk(client, omar):
    client.force_login(omar)
    return client


class TestList:
    def test_shows_a_department_its_own_items_only(self, client, olga, omar, submitted):
        seen = {}
        for officer in (omar, olga):
            client.force_login(officer)
            items = client.get(LIST, {"tab": "all"}).context["cl"].result_list
            seen[officer] = {item.department for item in items}

        assert seen == {o: {o.department} for o in (omar, olga)}

    def test_asks_no_more_for_many_rows_than_for_one(
        self, desk, submitted, other_project, django_assert_max_num_queries
    ):
        desk.get(LIST)
        with django_assert_max_num_queries(100) as one:
            desk.get(LIST, {"tab": "received"})

        with django_assert_max_num_queries(len(one)):
            shown = desk.get(LIST, {"tab": "all"}).context["cl"].result_list

        assert len(shown) > 10

    def test_filters_by_lamp(self, desk, accepted):
        ApprovalItem.objects.filter(pk=accepted.pk).update(
            near_on=MONDAY.date(), due_on=(MONDAY + DAY).date()
        )
        long_ago = {"tab": "all", "lamp": "deep_red"}
        red = {"tab": "all", "lamp": "red"}

        found = [desk.get(LIST, q).context["cl"].result_list for q in (red, long_ago)]

        assert [len(rows) for rows in found] == [1, 0]


class TestPage:
    def test_offers_what_is_open_and_nothing_else(self, desk, submitted):
        names = [offer["act"].name for offer in desk.get(page(submitted)).context["acts"]]

        assert names[:5] == ["accept", "request_correction", "decline", "transfer", "consult"]
        assert names[5:] == ["explain", "ask_help"]

    def test_is_not_there_for_another_department(self, client, olga, submitted):
        client.force_login(olga)

        assert client.get(page(submitted)).status_code == 404
        assert client.post(address(submitted, "accept")).status_code == 404

    def test_offers_the_leader_an_order_and_nothing_else(self, client, li, submitted):
        client.force_login(li)

        offers = client.get(page(submitted)).context["acts"]
        assert [offer["act"].name for offer in offers] == ["order"]
        assert client.post(address(submitted, "accept")).status_code == 403


class TestAct:
    def test_accepts_by_the_version_shown(self, desk, submitted, omar):
        desk.post(address(submitted, "accept"), {"version": submitted.version})

        submitted.refresh_from_db()
        assert (submitted.status, submitted.officer) == (Status.ACCEPTED, omar)

    def test_says_so_when_another_was_faster(self, desk, submitted, hana):
        seen = submitted.version
        operations.accept(submitted, by=hana, at=MONDAY, version=seen)

        response = desk.post(address(submitted, "accept"), {"version": seen}, follow=True)

        assert [m.level_tag for m in response.context["messages"]] == ["error"]

    def test_an_empty_list_of_gaps_is_asked_again(self, desk, submitted):
        typed = {"version": submitted.version, "missing": " "}

        response = desk.post(address(submitted, "request_correction"), typed)

        assert "missing" in response.context["form"].errors

    def test_grant_then_deliver_leaves_a_certificate(self, desk, accepted):
        desk.post(address(accepted, "grant"), {"version": accepted.version})
        accepted.refresh_from_db()

        typed = {"version": accepted.version, "certificate_number": "穗花规审〔2025〕1号"}
        file = {"document": ContentFile(PDF, name="许可证.pdf")}
        desk.post(address(accepted, "deliver"), typed | file)

        certificate = accepted.certificate
        assert certificate.number == typed["certificate_number"]
        assert certificate.document.filename == "许可证.pdf"

    def test_the_window_marks_as_not_applicable(self, client, wei, project):
        planned = item_of(project, "HD-GC-03")
        client.force_login(wei)

        typed = {"version": planned.version, "note": "无人防工程"}
        client.post(address(planned, "mark_not_applicable"), typed)

        planned.refresh_from_db()
        assert planned.status == Status.NOT_APPLICABLE

    def test_of_an_unknown_name_is_not_there(self, desk, submitted):
        assert desk.get(address(submitted, "approve")).status_code == 404


class TestSeveral:
    def test_accepts_what_was_confirmed_and_says_what_was_refused(
        self, desk, submitted, other_project, bob, hana
    ):
        other = item_of(other_project, "HD-GC-01")
        stock(other, bob)
        other = operations.submit(other, by=bob, at=MONDAY, version=other.version)
        items = [submitted, other]
        confirmed = {
            "action": "accept_all",
            "confirmed": "yes",
            ACTION_CHECKBOX_NAME: [item.pk for item in items],
        } | {f"version_{item.pk}": item.version for item in items}
        operations.decline(other, by=hana, at=MONDAY, version=other.version, note="重复")

        response = desk.post(LIST + "?tab=all", confirmed, follow=True)

        outcomes = {o.thing: o.is_done for o in response.context["outcomes"]}
        assert outcomes == {submitted: True, other: False}
        assert ApprovalItem.objects.get(pk=submitted.pk).status == Status.ACCEPTED

    def test_is_not_done_again_by_going_back_or_loading_anew(self, desk, submitted):
        confirmed = {
            "action": "accept_all",
            "confirmed": "yes",
            ACTION_CHECKBOX_NAME: [submitted.pk],
            f"version_{submitted.pk}": submitted.version,
        }

        answer = desk.post(LIST + "?tab=all", confirmed)

        assert (answer.status_code, answer.url) == (302, LIST + "outcomes/")
        for _reload in range(2):
            page = desk.get(answer.url)
            assert page.context["outcomes"][0].is_done
            assert f'href="{LIST}?tab=all"' in page.text

    def test_of_which_there_was_none_shows_the_list(self, desk):
        assert desk.get(LIST + "outcomes/").url == LIST

    def send(self, client, action, items, **typed):
        confirmed = {
            "action": action,
            "confirmed": "yes",
            ACTION_CHECKBOX_NAME: [item.pk for item in items],
        } | {f"version_{item.pk}": item.version for item in items}
        return client.post(LIST + "?tab=all", confirmed | typed, follow=True)

    def test_hands_several_to_a_colleague_of_the_department(self, desk, accepted, omar, olga):
        otto = person("otto", "officer", "planning")
        asked = self.send(desk, "transfer_all", [accepted], to=olga.pk)
        assert "to" in asked.context["form"].errors

        self.send(desk, "transfer_all", [accepted], to=otto.pk)

        accepted.refresh_from_db()
        assert accepted.officer == otto

    def test_the_choice_of_what_to_do_with_them_is_in_the_readers_language(
        self, desk, accepted
    ):
        assert "Select action" not in desk.get(LIST).content.decode()

    def test_says_why_one_of_them_was_refused(self, desk, accepted, omar):
        answer = self.send(desk, "transfer_all", [accepted], to=omar.pk)

        (outcome,) = answer.context["outcomes"]
        assert not outcome.is_done
        assert omar.name in outcome.sentence

    def test_grants_several(self, desk, accepted):
        self.send(desk, "grant_all", [accepted], note="符合规划条件")

        accepted.refresh_from_db()
        assert accepted.status == Status.GRANTED

    def test_passes_several_in_pre_review(self, desk, case, project):
        items = [item_of(project, code) for code in ("HD-LX-06", "HD-GC-02")]

        self.send(desk, "pre_approve_all", items)

        assert {item_of(project, i.approval_type.code).status for i in items} == {
            Status.PRE_APPROVED
        }

    def test_marks_several_as_not_applicable_for_a_reason(self, client, wei, project):
        client.force_login(wei)
        items = [item_of(project, code) for code in ("HD-GC-03", "HD-SG-07")]
        asked = self.send(client, "mark_not_applicable_all", items, note=" ")
        assert "note" in asked.context["form"].errors

        self.send(client, "mark_not_applicable_all", items, note="不涉及")

        assert {item_of(project, i.approval_type.code).status for i in items} == {
            Status.NOT_APPLICABLE
        }

    def test_offers_to_each_what_their_role_may_do(self, client, wei, omar, li, project):
        offered = {}
        for user in (wei, omar, li):
            client.force_login(user)
            form = client.get(LIST + "?tab=all").context["action_form"]
            offered[user.username] = {
                value for value, _ in form.fields["action"].choices if value.endswith("_all")
            }

        assert "mark_not_applicable_all" in offered["wei"]
        assert "mark_not_applicable_all" not in offered["omar"]
        assert {"accept_all", "grant_all", "transfer_all"} <= offered["omar"]
        assert offered["li"] == set()
