"""五证联办: pre-review, changed facts, the registration of the land, issue in legal order."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from approvals.acts import operations as acts
from approvals.items.rights import ITEM_ACTS
from approvals.joint import operations as joint
from approvals.models import (
    Fact,
    JointCase,
    PreOpinion,
    Status,
)
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import (
    FIVE,
    land_paper,
    pass_all,
    statuses,
    told,
)
from tests.conftest import DAY, HOUR, MONDAY, item_of, stock

pytestmark = pytest.mark.django_db

# Which opinions rest on which fact, as bundles.yaml ships it.
RESTING = {
    Fact.LAND_AREA: {"HD-LX-06", "HD-LX-07", "HD-GC-02"},
    Fact.BOUNDARY: {"HD-LX-06", "HD-LX-07", "HD-GC-02"},
    Fact.USE: {"HD-LX-06", "HD-LX-07", "HD-GC-02", "HD-GC-03"},
    Fact.FLOOR_AREA: {"HD-GC-02", "HD-GC-03", "HD-SG-05"},
}


class TestOpening:
    def test_takes_the_five_past_their_prerequisites(self, project, bundle, alice):
        assert statuses(project)["HD-SG-05"] == Status.PLANNED

        case = joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)

        assert set(statuses(project).values()) == {Status.PRE_REVIEW}
        assert case.number == "WZ2025-0001"
        assert str(case.opinions_due_on) == "2025-03-10"
        project.refresh_from_db()
        assert not project.is_joint_five

    def test_tells_the_firm_once_and_every_department(self, case, officers, project):
        assert told(Kind.JOINT_OPENED) == ["alice", "ann"]
        assert case.papers.get().paper.title == "五证联办告知书"

    def test_gives_all_items_the_one_set_of_materials(self, project, bundle, alice):
        item = item_of(project, "HD-LX-06")
        stock(item, alice)

        joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)

        assert item.documents.count() == item.approval_type.requirements.count()

    def test_needs_the_risk_commitment(self, project, bundle, alice, wei):
        with pytest.raises(ValidationError) as refused:
            joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=False)
        assert "risk_accepted" in refused.value.message_dict

        with pytest.raises(ValidationError) as refused:
            joint.open_case(project, bundle=bundle, by=wei, at=MONDAY, risk_accepted=True)
        assert "commitment" in refused.value.message_dict
        assert not JointCase.objects.exists()

    def test_takes_no_other_paper_for_the_commitment(self, project, bundle, wei):
        paper = land_paper(project, wei)
        with pytest.raises(ValidationError) as refused:
            joint.open_case(
                project, bundle=bundle, by=wei, at=MONDAY, risk_accepted=True, commitment=paper
            )
        assert list(refused.value.message_dict) == ["commitment"]

    def test_is_not_for_others(self, project, bundle, bob, omar, ann):
        for somebody in (bob, omar, ann.user):
            with pytest.raises(PermissionDenied):
                joint.open_case(
                    project, bundle=bundle, by=somebody, at=MONDAY, risk_accepted=True
                )

    @pytest.mark.parametrize("phase", ["paused", "ended"])
    def test_is_for_projects_that_go_on(self, project, bundle, alice, phase):
        project.phase = phase
        project.save()
        with pytest.raises(NotAllowed):
            joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)
        assert not JointCase.objects.exists()

    def test_is_done_once(self, case, project, bundle, alice):
        with pytest.raises(NotAllowed, match="该项目已启动联办"):
            joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)

    def test_leaves_out_what_goes_its_way_already(self, project, bundle, alice, wei):
        item = item_of(project, "HD-GC-03")
        acts.mark_not_applicable(item, by=wei, at=MONDAY, version=item.version, note="无地下室")

        joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)

        assert statuses(project)["HD-GC-03"] == Status.NOT_APPLICABLE

    def test_needs_two_items_at_least(self, project, bundle, alice, wei):
        for code in FIVE[:4]:
            item = item_of(project, code)
            acts.mark_not_applicable(
                item, by=wei, at=MONDAY, version=item.version, note="不涉及"
            )

        with pytest.raises(NotAllowed):
            joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)
        assert statuses(project)["HD-SG-05"] in {Status.PLANNED, Status.READY}


class TestPreReview:
    def test_passes_without_a_certificate(self, case, project, officers):
        pass_all(case, officers, ["HD-LX-06"])

        item = item_of(project, "HD-LX-06")
        assert item.status == Status.PRE_APPROVED
        assert item.decided_at is None
        assert item.number is None
        assert item.officer == officers[item.department_id]
        assert told(Kind.ITEM_PRE_APPROVED) == ["alice", "ann"]

    def test_the_last_opinion_calls_the_window(self, case, officers):
        pass_all(case, officers, FIVE[:4])
        assert told(Kind.JOINT_PASSED) == []

        pass_all(case, officers, FIVE[4:])

        assert told(Kind.JOINT_PASSED) == ["alice", "ann", "wei"]

    def test_sent_back_comes_again_and_is_no_legal_correction(self, case, project, omar, alice):
        item = item_of(project, "HD-GC-02")
        item = joint.pre_object(
            item, by=omar, at=MONDAY, version=item.version, note="总平面图缺红线"
        )
        assert item.status == Status.CORRECTING
        assert "resubmit" not in [act.name for act in ITEM_ACTS.offered(alice, item)]
        assert "revise" in [act.name for act in ITEM_ACTS.offered(alice, item)]
        assert not item.corrections.exists()

        again = {"by": alice, "at": MONDAY + HOUR, "version": item.version}
        with pytest.raises(ValidationError):
            joint.revise(item, **again)
        item = joint.revise(item, note="已补红线", **again)

        assert item.status == Status.PRE_REVIEW
        assert told(Kind.ITEM_PRE_REVIEW).count("omar") >= 1

    def test_the_window_cannot_close_what_was_sent_back(self, case, project, omar, wei):
        item = item_of(project, "HD-GC-02")
        item = joint.pre_object(item, by=omar, at=MONDAY, version=item.version, note="缺图")

        assert "withdraw" not in [act.name for act in ITEM_ACTS.offered(wei, item)]

    def test_another_department_has_no_say(self, case, project, olga):
        item = item_of(project, "HD-LX-06")
        with pytest.raises(PermissionDenied):
            joint.pre_approve(item, by=olga, at=MONDAY, version=item.version)

    def test_can_be_left_by_one_without_the_others(self, case, project, officers, alice):
        item = item_of(project, "HD-GC-03")
        acts.withdraw(item, by=alice, at=MONDAY, version=item.version)

        rest = [code for code in FIVE if code != "HD-GC-03"]
        pass_all(case, officers, rest)

        assert told(Kind.JOINT_PASSED) == ["alice", "ann", "wei"]

    def test_the_last_one_in_the_way_may_leave(self, case, project, officers, alice):
        pass_all(case, officers, FIVE[:4])
        item, seen = item_of(project, FIVE[4]), case.version

        acts.withdraw(item, by=alice, at=MONDAY + DAY, version=item.version)

        assert told(Kind.JOINT_PASSED) == ["alice", "ann", "wei"]
        case.refresh_from_db()
        assert case.version == seen + 1


class TestChangedFact:
    @pytest.mark.parametrize("fact", Fact)
    def test_voids_exactly_what_rests_on_it(self, passed, project, wei, fact):
        joint.change_fact(
            passed, by=wei, at=MONDAY + DAY, version=passed.version, fact=fact, note="原…现…"
        )

        back = {code for code, s in statuses(project).items() if s == Status.PRE_REVIEW}
        assert back == RESTING[fact]
        voided = PreOpinion.objects.exclude(voided_at=None)
        assert {o.item.approval_type.code for o in voided} == RESTING[fact]
        assert passed.fact_changes.get().voided == len(RESTING[fact])

    def test_gives_the_project_its_new_area(self, passed, project, alice):
        joint.change_fact(
            passed,
            by=alice,
            at=MONDAY + DAY,
            version=passed.version,
            fact=Fact.LAND_AREA,
            note="37亩改为40亩",
            figure=40,
        )

        project.refresh_from_db()
        assert project.land_mu == 40

    @pytest.mark.parametrize(
        ("fact", "figure"), [(Fact.USE, 40), (Fact.LAND_AREA, 10**8), (Fact.LAND_AREA, "x")]
    )
    def test_refuses_a_figure_the_project_cannot_have(self, passed, alice, fact, figure):
        with pytest.raises(ValidationError) as refused:
            joint.change_fact(
                passed,
                by=alice,
                at=MONDAY + DAY,
                version=passed.version,
                fact=fact,
                note="x",
                figure=figure,
            )
        assert list(refused.value.message_dict) == ["figure"]

    def test_stops_a_registration_that_had_not_seen_it(self, passed, wei):
        seen = passed.version
        joint.change_fact(
            passed, by=wei, at=MONDAY + DAY, version=seen, fact=Fact.USE, note="改变用途"
        )

        with pytest.raises(Stale):
            joint.register_land(
                passed,
                by=wei,
                at=MONDAY + DAY,
                version=seen,
                land_paper=land_paper(passed.project, wei),
            )

    def test_an_item_under_review_learns_of_it_too(self, case, project, omar, wei):
        before = item_of(project, "HD-LX-06").version
        joint.change_fact(
            case, by=wei, at=MONDAY, version=case.version, fact=Fact.BOUNDARY, note="南移5米"
        )

        item = item_of(project, "HD-LX-06")
        assert item.status == Status.PRE_REVIEW
        assert item.version == before + 1
        assert "omar" in told(Kind.ITEM_FACT_CHANGED)


class TestEnding:
    def test_sends_all_the_ordinary_way(self, passed, project, alice):
        case = joint.end_case(
            passed, by=alice, at=MONDAY + DAY, version=passed.version, note="未摘牌"
        )

        assert set(statuses(project).values()) <= {Status.PLANNED, Status.READY}
        assert case.reason == "未摘牌"
        assert told(Kind.JOINT_ENDED) == ["alice", "ann"]

    def test_leaves_no_opinion_that_holds(self, passed, project, alice, omar):
        joint.end_case(passed, by=alice, at=MONDAY + DAY, version=passed.version, note="未摘牌")

        assert not PreOpinion.objects.filter(voided_at=None).exists()
        # Who gave one still finds the case.
        assert passed in JointCase.objects.visible_to(omar)

    def test_makes_room_for_another(self, passed, project, bundle, alice):
        joint.end_case(
            passed, by=alice, at=MONDAY + DAY, version=passed.version, note="重新启动"
        )
        again = joint.open_case(
            project, bundle=bundle, by=alice, at=MONDAY + 2 * DAY, risk_accepted=True
        )
        assert again.items.count() == 5
