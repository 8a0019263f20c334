"""土地手续确认: the joint limit begins, once and for every item that is submitted."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from approvals.acts import operations as acts
from approvals.items.national import codes_of
from approvals.joint import operations as joint
from approvals.models import (
    Commitment,
    JointCase,
    Status,
)
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery, Kind
from huadu_portal.workdays.published import calendar
from projects.models import Document, MaterialKind
from tests.approvals.moments import (
    FIVE,
    five,
    meet,
    pass_all,
    register,
    statuses,
    told,
)
from tests.conftest import DAY, HOUR, MONDAY, item_of, stock

pytestmark = pytest.mark.django_db


class TestRegisteringTheLand:
    @pytest.fixture(autouse=True)
    def met(self, project, wei):
        """Whatever has to be met before."""
        meet(project, wei)

    def test_turns_all_formal_on_one_clock(self, passed, project, wei):
        case = register(passed, wei)

        due = {item.due_on for item in five(project).values()}
        assert set(statuses(project).values()) == {Status.ACCEPTED}
        # Tuesday 4 March is day 0; six working days later is Wednesday 12 March.
        assert {str(day) for day in due} == {"2025-03-12"}
        assert case.due_on(calendar()) == due.pop()
        assert len({item.number for item in five(project).values()}) == 5
        assert told(Kind.JOINT_REGISTERED) == ["alice", "ann"]

    def test_counts_the_project_as_one_of_the_joint_ones(self, passed, project, wei):
        register(passed, wei)

        project.refresh_from_db()
        assert project.is_joint_five

    def test_lets_drafts_give_way_to_final_documents(self, case, project, officers, alice, wei):
        for item in five(project).values():
            stock(item, alice)
        item = item_of(project, "HD-GC-02")
        drawn = item.approval_type.materials.get(name="建设工程设计方案（单体、总平面）")
        draft = Document.objects.get(kind=drawn)
        item.documents.add(draft)
        final = Document.objects.create(
            enterprise=project.enterprise,
            project=project,
            kind=drawn,
            filename="终稿.pdf",
            content_type="application/pdf",
            size=1,
            uploaded_by=alice,
            uploaded_at=MONDAY + HOUR,
        )
        pass_all(case, officers)

        register(case, wei)

        assert list(item.documents.filter(kind=drawn)) == [final]

    def test_one_form_serves_all_items_of_the_case(self, case, project, officers, alice, wei):
        """立案申请表 is asked for by two of the five; outside a case each needs its own."""
        kind = MaterialKind.objects.get(name="立案申请表")
        asking = [i for i in five(project).values() if kind in i.approval_type.materials.all()]
        for item in five(project).values():
            stock(item, alice)
        form = Document.objects.filter(kind=kind).order_by("pk").first()
        Document.objects.filter(kind=kind).exclude(pk=form.pk).delete()
        pass_all(case, officers)

        register(case, wei)

        assert len(asking) == 2
        assert {item.pk for item in asking} <= {item.pk for item in form.items.all()}

    def test_asks_for_the_land_contract(self, passed, wei):
        other = Document.objects.exclude(kind__name="国有建设用地使用权出让合同").first()
        with pytest.raises(ValidationError) as refused:
            joint.register_land(
                passed, by=wei, at=MONDAY + DAY, version=passed.version, land_paper=other
            )
        assert list(refused.value.message_dict) == ["land_paper"]

    @pytest.mark.parametrize(("language", "name"), [("zh-hans", "name"), ("en", "name_en")])
    def test_tells_the_firm_what_has_left(
        self, case, project, officers, alice, wei, language, name
    ):
        alice.language = language
        alice.save()
        for item in five(project).values():
            stock(item, alice)
        pass_all(case, officers, FIVE[:4])

        register(case, wei)

        mail = Delivery.objects.get(
            notification__kind=Kind.JOINT_LEFT, notification__recipient=alice
        )
        left = item_of(project, FIVE[4]).approval_type
        assert getattr(left, name) in mail.body

    def test_keeps_the_statutory_limits(self, passed, project, wei):
        register(passed, wei)

        for item in five(project).values():
            assert item.statutory_days == item.approval_type.statutory_days

    def test_leaves_the_others_to_the_ordinary_way(self, case, project, officers, wei, alice):
        for item in five(project).values():
            stock(item, alice)
        pass_all(case, officers, ["HD-LX-06", "HD-GC-02"])

        register(case, wei)

        now = statuses(project)
        assert now["HD-LX-06"] == now["HD-GC-02"] == Status.ACCEPTED
        # What comes before it is met; the other two wait for more.
        assert now["HD-LX-07"] == Status.READY
        assert {now[c] for c in ("HD-GC-03", "HD-SG-05")} == {Status.PLANNED}
        assert item_of(project, "HD-SG-05").joint_case is None

    def test_asks_for_every_material_that_lacks(self, case, project, officers, wei):
        pass_all(case, officers)
        before = statuses(project)

        with pytest.raises(ValidationError) as refused:
            register(case, wei)

        said = " ".join(refused.value.message_dict["land_paper"])
        assert all(str(item.approval_type) in said for item in five(project).values())
        assert statuses(project) == before

    def test_makes_commitments_follow_ups(self, passed, project, officers, wei):
        item = item_of(project, "HD-GC-02")
        survey = item.approval_type.materials.get(name="建筑面积测算（联合测绘预测）")
        Document.objects.filter(kind=survey).update(valid_until=MONDAY.date())

        with pytest.raises(ValidationError) as refused:
            register(passed, wei)
        assert "commit_by" in refused.value.message_dict

        register(passed, wei, commit_by=(MONDAY + 20 * DAY).date())

        promise = Commitment.objects.get(approval_type=None)
        assert (promise.item, promise.material) == (item, survey)
        assert promise.source == Commitment.Source.JOINT

    def test_is_for_the_centre(self, passed, alice, omar):
        for somebody in (alice, omar):
            with pytest.raises(PermissionDenied):
                register(passed, somebody)

    def test_needs_an_opinion(self, case, wei):
        with pytest.raises(NotAllowed):
            register(case, wei)

    def test_is_done_once(self, passed, wei):
        case = register(passed, wei)
        with pytest.raises(NotAllowed):
            register(case, wei)

    def test_is_received_and_accepted_for_the_nation(self, passed, project, wei):
        register(passed, wei)

        assert codes_of(item_of(project, "HD-LX-06").events.last()) == [1, 3, 8]


class TestStage:
    def test_a_refused_item_is_no_certificate(self, passed, project, officers, wei):
        case = register(passed, wei)
        case.items.exclude(approval_type__code="HD-LX-06").update(
            status=Status.GRANTED, decided_at=MONDAY + DAY
        )
        item = item_of(project, "HD-LX-06")
        by = officers[item.department_id]
        acts.refuse(item, by=by, at=MONDAY + 2 * DAY, version=item.version, note="不符合规划")

        assert case.stage_with(case.items.all()) == JointCase.Stage.FORMAL


class TestIssue:
    def test_waits_for_what_by_law_comes_first(self, passed, project, officers, wei):
        register(passed, wei)
        item = item_of(project, "HD-SG-05")
        by = officers[item.department_id]

        with pytest.raises(NotAllowed, match="建设工程规划许可证"):
            acts.grant(item, by=by, at=MONDAY + 2 * DAY, version=item.version)

        assert item_of(project, "HD-SG-05").status == Status.ACCEPTED

    def test_may_be_extended_by_its_own_ten_days(self, passed, project, hana, wei):
        """Each department decides by itself: 第42条第一款 holds, not the fifteen days of
        offices that decide as one."""
        register(passed, wei)
        item = item_of(project, "HD-LX-06")
        asked = {"by": hana, "at": MONDAY + 2 * DAY, "version": item.version, "note": "论证"}

        with pytest.raises(ValidationError):
            acts.extend(item, days=11, **asked)

        assert acts.extend(item, days=10, **asked).extension_days == 10
