"""五证联办 through the firm's pages, the staff desk and the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.catalogue.packaged import entries
from approvals.joint import operations
from approvals.models import JointBundle, JointCase, Status
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import FIVE, five, land_paper, meet, pass_all, statuses, told
from tests.conftest import DAY, MONDAY, PDF, item_of, stock

pytestmark = pytest.mark.django_db


def pdf_named(name):
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def page_of(case, act=""):
    return f"{case.get_absolute_url()}{act.replace('_', '-')}{'/' if act else ''}"


def desk(case, act="change"):
    acts = "change/" if act == "change" else f"acts/{act}/"
    return f"/admin/approvals/jointcase/{case.pk}/{acts}"


class TestPage:
    def test_a_firm_begins_a_case(self, client, project, bundle, alice):
        client.force_login(alice)
        address = reverse("approvals:joint_cases", args=[project.pk])
        assert "五证联办" in client.get(address).content.decode()

        answer = client.post(address, {"bundle": bundle.pk, "risk_accepted": "on"})

        case = JointCase.objects.get()
        assert answer.url == case.get_absolute_url()
        shown = client.get(answer.url).content.decode()
        assert case.number in shown
        assert all(str(item.approval_type) in shown for item in five(project).values())

    def test_without_the_commitment_nothing_begins_and_the_reason_is_shown(
        self, client, project, bundle, alice
    ):
        client.force_login(alice)
        address = reverse("approvals:joint_cases", args=[project.pk])

        answer = client.post(address, {"bundle": bundle.pk})

        assert "risk_accepted" in answer.context["form"].errors
        assert not JointCase.objects.exists()

    def test_who_only_accompanies_is_told_who_begins_one(self, client, project, bundle, ann):
        client.force_login(ann.user)

        page = client.get(reverse("approvals:joint_cases", args=[project.pk])).text

        assert "联办由企业发起" in page
        assert "暂无可联办的事项" not in page
        assert str(five(project)["HD-LX-06"].approval_type) in page

    def test_who_only_accompanies_begins_none(self, client, project, bundle, ann):
        client.force_login(ann.user)
        address = reverse("approvals:joint_cases", args=[project.pk])

        assert client.get(address).context["form"] is None
        assert client.post(address, {}).status_code == 403

    def test_the_window_begins_one_on_the_signed_paper(self, client, project, bundle, wei):
        client.force_login(wei)
        address = reverse("approvals:joint_cases", args=[project.pk])
        asked = {"bundle": bundle.pk, "risk_accepted": "on"}
        assert "commitment" in client.post(address, asked).context["form"].errors

        client.post(address, asked | {"commitment": pdf_named("风险承诺书（盖章）.pdf")})

        kept = JointCase.objects.get().commitment
        assert kept.filename == "风险承诺书（盖章）.pdf"
        assert kept.enterprise == project.enterprise

    def test_of_what_is_refused_at_last_no_file_remains(
        self, client, project, bundle, wei, case, media
    ):
        client.force_login(wei)
        asked = {"bundle": bundle.pk, "risk_accepted": "on", "commitment": pdf_named("书.pdf")}

        answer = client.post(reverse("approvals:joint_cases", args=[project.pk]), asked)

        assert "risk_accepted" not in answer.text
        assert JointCase.objects.get() == case
        assert [file for file in media.rglob("*") if file.is_file()] == []

    def test_the_window_registers_the_land(self, client, passed, wei):
        client.force_login(wei)
        address = page_of(passed, "register_land")
        assert client.get(address).status_code == 200

        answer = client.post(
            address, {"version": passed.version, "land_paper": pdf_named("出让合同.pdf")}
        )

        assert answer.url == passed.get_absolute_url()
        assert set(statuses(passed.project).values()) == {Status.ACCEPTED}

    def test_what_lacks_is_said_beside_the_field_and_no_file_stays(
        self, client, case, officers, wei
    ):
        meet(case.project, wei)
        pass_all(case, officers)
        client.force_login(wei)
        before = case.project.enterprise.documents.count()

        answer = client.post(
            page_of(case, "register_land"),
            {"version": case.version, "land_paper": pdf_named("出让合同.pdf")},
        )

        assert len(answer.context["form"].errors["land_paper"]) == len(FIVE)
        assert case.project.enterprise.documents.count() == before

    def test_warns_of_those_that_would_leave(self, client, case, officers, wei):
        pass_all(case, officers, FIVE[:3])
        client.force_login(wei)

        shown = client.get(page_of(case, "register_land")).content.decode()

        assert str(item_of(case.project, "HD-SG-05").approval_type) in shown
        assert str(item_of(case.project, "HD-LX-06").approval_type) not in shown

    def test_a_firm_tells_of_a_changed_fact(self, client, passed, alice):
        client.force_login(alice)

        client.post(
            page_of(passed, "change_fact"),
            {
                "version": passed.version,
                "fact": "land_area",
                "figure": "40",
                "note": "37亩改为40亩",
            },
        )

        assert "37亩改为40亩" in client.get(passed.get_absolute_url()).content.decode()
        passed.project.refresh_from_db()
        assert passed.project.land_mu == 40

    def test_a_figure_belongs_to_an_area(self, client, passed, alice):
        client.force_login(alice)
        answer = client.post(
            page_of(passed, "change_fact"),
            {"version": passed.version, "fact": "use", "figure": "40", "note": "x"},
        )
        assert "figure" in answer.context["form"].errors

    def test_a_firm_gives_up(self, client, passed, alice):
        client.force_login(alice)
        client.post(page_of(passed, "end_case"), {"version": passed.version, "note": "未摘牌"})
        assert "未摘牌" in client.get(passed.get_absolute_url()).content.decode()

    def test_what_is_over_is_refused_with_a_sentence(self, client, passed, alice):
        operations.end_case(passed, by=alice, at=MONDAY + DAY, version=passed.version, note="x")
        client.force_login(alice)

        answer = client.get(page_of(passed, "change_fact"), follow=True)

        assert answer.redirect_chain[-1][0].endswith("..")
        assert [str(message) for message in answer.context["messages"]]

    def test_a_firm_registers_no_land(self, client, passed, alice):
        client.force_login(alice)
        assert client.get(page_of(passed, "register_land")).status_code == 403

    def test_a_department_sees_the_case_of_its_item_and_not_the_others(
        self, client, case, omar, olga
    ):
        client.force_login(omar)
        shown = client.get(case.get_absolute_url()).content.decode()
        own, other = (item_of(case.project, code) for code in ("HD-LX-06", "HD-SG-05"))
        assert own.get_absolute_url() in shown
        assert other.get_absolute_url() not in shown
        client.force_login(olga)
        assert client.get(case.get_absolute_url()).status_code == 404

    def test_an_officer_gives_the_opinion_and_the_firm_mends(
        self, client, case, project, omar, alice
    ):
        item = item_of(project, "HD-GC-02")
        client.force_login(omar)
        client.post(
            f"{item.get_absolute_url()}pre-object/",
            {"version": item.version, "note": "总平面图缺红线坐标"},
        )
        client.force_login(alice)
        shown = client.get(project.get_absolute_url()).content.decode()
        assert f"{item.get_absolute_url()}revise/" in shown
        item.refresh_from_db()
        assert item.status == Status.CORRECTING

        client.post(
            f"{item.get_absolute_url()}revise/",
            {"version": item.version, "note": "已补红线坐标"},
        )

        item.refresh_from_db()
        assert item.status == Status.PRE_REVIEW

    def test_asks_as_much_for_many_items_as_for_few(
        self, client, passed, alice, django_assert_num_queries
    ):
        client.force_login(alice)
        client.get(passed.get_absolute_url())  # the first of a session saves it too
        with CaptureQueriesContext(connection) as for_five:
            client.get(passed.get_absolute_url())
        passed.items.filter(approval_type__code__in=FIVE[1:]).update(joint_case=None)

        with django_assert_num_queries(len(for_five)):
            client.get(passed.get_absolute_url())


class TestDesk:
    def test_the_window_finds_what_can_be_registered(self, client, passed, wei):
        client.force_login(wei)
        listed = client.get("/admin/approvals/jointcase/").content.decode()
        assert passed.number in listed

        shown = client.get(desk(passed)).content.decode()
        assert "acts/register_land/" in shown

    def test_the_window_registers_the_land(self, client, passed, wei):
        client.force_login(wei)
        client.post(
            desk(passed, "register_land"),
            {"version": passed.version, "land_paper": pdf_named("出让合同.pdf")},
        )
        assert set(statuses(passed.project).values()) == {Status.ACCEPTED}

    def test_an_officer_gives_an_opinion(self, client, case, project, omar):
        item = item_of(project, "HD-LX-06")
        client.force_login(omar)
        client.post(
            f"/admin/approvals/approvalitem/{item.pk}/acts/pre_approve/",
            {"version": item.version, "note": "符合控规"},
        )
        item.refresh_from_db()
        assert item.status == Status.PRE_APPROVED

    def test_the_administrator_sets_a_limit(self, client, bundle, tom, wei):
        address = f"/admin/approvals/jointbundle/{bundle.pk}/change/"
        client.force_login(tom)
        assert client.get(address).status_code == 200
        client.force_login(wei)
        assert client.post(address, {"days": 9}).status_code == 403


class TestAPI:
    @pytest.fixture
    def send(self, client):
        def send(user, address, **body):
            client.force_login(user)
            return client.post(f"/api/v1/{address}", body, content_type="application/json")

        return send

    def test_bundles_are_public(self, client, catalogue):
        shown = client.get("/api/v1/joint-bundles/industrial-five/").json()
        assert shown["days"] == 6
        assert [entry["code"] for entry in shown["approvals"]] == FIVE

    def test_the_whole_way(self, client, send, project, alice, wei, officers):
        opened = send(
            alice,
            "joint-cases/",
            project=str(project.pk),
            bundle="industrial-five",
            risk_accepted=True,
        )
        assert opened.status_code == 201
        case = opened.json()
        assert case["stage"] == "pre_review"
        meet(project, wei)
        for item in five(project).values():
            stock(item, alice)
        for item in case["items"]:
            by = officers[item_of(project, item["code"]).department_id]
            given = send(
                by, f"approval-items/{item['id']}/pre_approve/", version=item["version"]
            )
            assert given.json()["status"] == "pre_approved"

        done = send(
            wei,
            f"joint-cases/{case['id']}/register_land/",
            version=case["version"],
            land_paper=str(land_paper(project, wei).pk),
        )

        assert done.status_code == 200
        assert done.json()["stage"] == "formal"
        # Friday 7 March is day 0.
        assert done.json()["due_on"] == "2025-03-17"
        assert {item["status"] for item in done.json()["items"]} == {"accepted"}

    def test_a_changed_fact_and_a_stale_registration(self, send, passed, alice, wei):
        address = f"joint-cases/{passed.pk}"
        changed = send(
            alice, f"{address}/change_fact/", version=passed.version, fact="use", note="改用途"
        )
        assert changed.json()["version"] == passed.version + 1

        late = send(
            wei,
            f"{address}/register_land/",
            version=passed.version,
            land_paper=str(land_paper(passed.project, wei).pk),
        )

        assert late.status_code == 409
        assert late.json()["version"] == passed.version + 1

    def test_an_end(self, send, passed, alice):
        ended = send(
            alice, f"joint-cases/{passed.pk}/end_case/", version=passed.version, note="未摘牌"
        )
        assert ended.json()["stage"] == "ended"
        assert told(Kind.JOINT_ENDED) == ["alice", "ann"]

    def test_is_not_for_others(self, send, client, passed, bob, omar, alice):
        address = f"joint-cases/{passed.pk}"
        assert send(bob, f"{address}/end_case/", version=1, note="x").status_code == 404
        assert send(omar, f"{address}/end_case/", version=1, note="x").status_code == 403
        assert send(alice, f"{address}/register_land/", version=1).status_code == 403
        asked = {"project": str(passed.project_id), "bundle": "quarry-five"}
        assert send(bob, "joint-cases/", **asked, risk_accepted=True).status_code == 400

    @pytest.mark.parametrize(
        "address", ["/api/v1/joint-cases/", "/admin/approvals/jointcase/?tab=all"]
    )
    def test_lists_two_in_as_many_queries_as_one(
        self,
        client,
        passed,
        other_project,
        bundle,
        bob,
        wei,
        address,
        django_assert_num_queries,
    ):
        client.force_login(wei)
        client.get(address)  # the first of a session saves it too
        with CaptureQueriesContext(connection) as for_one:
            client.get(address)
        other = operations.open_case(
            other_project, bundle=bundle, by=bob, at=MONDAY, risk_accepted=True
        )

        with django_assert_num_queries(len(for_one)):
            assert other.number in client.get(address).content.decode()


class TestBundles:
    def test_the_two_that_are_shipped(self, catalogue):
        shipped = {each.code: each.entries.count() for each in JointBundle.objects.all()}
        assert shipped == {"industrial-five": 5, "quarry-five": 5}

    def test_what_may_follow_later_is_asked_for(self):
        """A name that fits no material would make nothing tolerable."""
        for entry in entries():
            for tolerable in entry["materials_tolerable"]:
                name = tolerable.split("（")[0]
                assert any(each.startswith(name) for each in entry["materials"]), entry["code"]

    def test_no_promise_exceeds_a_statutory_limit(self, catalogue):
        for shipped in JointBundle.objects.all():
            for entry in shipped.entries.select_related("approval_type"):
                by_law = entry.approval_type.statutory_days
                assert by_law is None or shipped.days <= by_law
