"""SV-03: opening a joint case accepts it, and the summary of the opinions delivers it."""

import pytest
from django.urls import reverse

from approvals.acts import operations as acts
from approvals.items.national import codes_of
from approvals.items.rights import ITEM_ACTS
from approvals.joint import operations as joint
from approvals.models import JointCase, Status
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring.reconcile import histories
from huadu_portal.papers.models import PaperKind
from tests.approvals.moments import FIVE, five, meet, pass_all, register, url_of
from tests.conftest import DAY, HOUR, MONDAY, item_of, stock

pytestmark = pytest.mark.django_db
SERVICE = "HD-SV-03"


def service_of(project):
    return item_of(project, SERVICE)


class TestOpening:
    def test_accepts_the_service(self, project, case):
        item = service_of(project)

        assert (item.status, item.accepted_at, case.service) == (Status.ACCEPTED, MONDAY, item)
        assert str(item.due_on) == "2025-03-10"
        assert codes_of(item.events.last()) == [1, 3, 8]
        assert item.number
        assert list(histories.of_item(item)) == []

    def test_leaves_alone_what_does_not_apply(self, project, bundle, alice, wei):
        meet(project, wei, [SERVICE])

        case = joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)

        assert case.service is None
        assert service_of(project).status == Status.NOT_APPLICABLE

    def test_plans_it_anew_after_a_case_that_was_ended(self, project, case, bundle, alice):
        joint.end_case(case, by=alice, at=MONDAY + HOUR, version=case.version, note="未摘牌")
        assert service_of(project).status == Status.WITHDRAWN

        again = joint.open_case(
            project, bundle=bundle, by=alice, at=MONDAY + DAY, risk_accepted=True
        )

        items = project.items.filter(approval_type__code=SERVICE).order_by("pk")
        assert [item.status for item in items] == ["withdrawn", "accepted"]
        assert again.service == items.last()

    def test_is_the_only_way_into_it(self, client, project, alice, wei):
        item = service_of(project)
        stock(item, alice)
        item.project.items.filter(pk=item.pk).update(status=Status.READY)
        item.refresh_from_db()

        with pytest.raises(NotAllowed, match="联办"):
            acts.submit(item, by=alice, at=MONDAY, version=item.version)
        client.force_login(alice)
        answer = client.post(
            f"/api/v1/approval-items/{item.pk}/submit/",
            {"version": item.version},
            content_type="application/json",
        )

        assert answer.status_code == 409
        assert "submit" not in [act.name for act in ITEM_ACTS.offered(alice, item)]

    def test_the_firms_list_leads_to_the_case(self, client, project, alice):
        item = service_of(project)
        project.items.filter(pk=item.pk).update(status=Status.READY)
        client.force_login(alice)

        shown = client.get(project.get_absolute_url()).text

        assert url_of(item, "submit") not in shown
        assert reverse("approvals:joint_cases", args=[project.pk]) in shown


class TestSummary:
    def test_the_last_favourable_opinion_delivers_it(self, project, case, officers):
        pass_all(case, officers, FIVE[:4])
        assert service_of(project).status == Status.ACCEPTED

        pass_all(case, officers, FIVE[4:])

        item = service_of(project)
        paper = case.papers.get(paper__kind=PaperKind.JOINT_SUMMARY).paper
        assert item.status == Status.DELIVERED
        assert paper.title == "五证联办预审意见汇总单"
        assert item.certificate.number == paper.number
        assert paper in [link.paper for link in item.papers.all()]
        assert codes_of(item.events.get(act="sum_up")) == [11]
        assert list(histories.of_item(item)) == []

    def test_the_registration_does_where_one_opinion_is_missing(
        self, project, case, officers, alice, wei
    ):
        meet(project, wei)
        for item in five(project).values():
            stock(item, alice)
        pass_all(case, officers, FIVE[:3])

        register(case, wei)

        assert service_of(project).status == Status.DELIVERED

    def test_after_a_changed_fact_there_is_another_and_one_delivery(
        self, project, passed, officers, wei
    ):
        joint.change_fact(
            passed, by=wei, at=MONDAY + DAY, version=passed.version, fact="use", note="改用途"
        )
        back = [code for code in FIVE if item_of(project, code).status == Status.PRE_REVIEW]

        pass_all(passed, officers, back, at=MONDAY + DAY + HOUR)

        assert passed.papers.filter(paper__kind=PaperKind.JOINT_SUMMARY).count() == 2
        assert service_of(project).events.filter(act="sum_up").count() == 1

    def test_nobody_grants_it_by_hand(self, project, case, wei):
        item = service_of(project)

        with pytest.raises(NotAllowed, match="联办"):
            acts.grant(item, by=wei, at=MONDAY + HOUR, version=item.version)


class TestStalePage:
    def test_shows_the_open_case_and_why(self, client, project, bundle, alice):
        client.force_login(alice)
        address = reverse("approvals:joint_cases", args=[project.pk])
        asked = {"bundle": bundle.pk, "risk_accepted": "on"}
        client.post(address, asked)

        answer = client.post(address, asked, follow=True)

        case = JointCase.objects.get()
        assert answer.redirect_chain[-1][0] == case.get_absolute_url()
        assert "该项目已启动联办" in answer.text
