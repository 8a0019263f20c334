"""A project is paused, ends, and goes on again."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agents.acts import LIFE_ACTS
from approvals.acts import operations as acts
from approvals.models import Commitment, Status
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.notifications.models import Kind
from projects.models import Phase, ProjectHalt
from projects.operations import move_phase
from tests.approvals.moments import reminded, told
from tests.conftest import DAY, HOUR, MONDAY, item_of, stock

pytestmark = pytest.mark.django_db
TUESDAY, UNTIL = MONDAY + DAY, date(2025, 5, 6)


def act(name, project, by, at=TUESDAY, **asked):
    project.refresh_from_db()
    return LIFE_ACTS[name].operation(project, by=by, at=at, version=project.version, **asked)


@pytest.fixture
def paused(project, chen):
    return act("pause", project, chen, reason="资金调整", expected_until=UNTIL)


class TestPause:
    def test_stands_with_its_reason_and_days(self, paused, chen):
        halt = paused.halts.get()

        assert paused.phase == Phase.PAUSED
        assert (halt.phase_before, halt.reason, halt.started_by) == ("signed", "资金调整", chen)
        assert (halt.expected_until, halt.review_on) == (UNTIL, UNTIL)
        assert told(Kind.PROJECT_PAUSED) == ["alice", "ann"]

    def test_is_reviewed_after_a_quarter_at_the_latest(self, project, chen):
        act("pause", project, chen, reason="x", expected_until=date(2026, 3, 4))

        assert project.halts.get().review_on == date(2025, 6, 2)

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"reason": " ", "expected_until": UNTIL}, "reason"),
            ({"reason": "x", "expected_until": TUESDAY.date()}, "expected_until"),
        ],
    )
    def test_needs_a_reason_and_a_day_to_come(self, project, chen, asked, field):
        with pytest.raises(ValidationError) as refused:
            act("pause", project, chen, **asked)

        assert list(refused.value.message_dict) == [field]

    def test_is_the_heads(self, project, wei, ann, alice):
        for who in (wei, ann.user, alice):
            with pytest.raises(PermissionDenied):
                act("pause", project, who, reason="x", expected_until=UNTIL)

    def test_is_done_once(self, paused, chen):
        with pytest.raises(NotAllowed):
            act("pause", paused, chen, reason="x", expected_until=UNTIL)

    def test_is_extended_by_a_review(self, paused, chen):
        act("renew_pause", paused, chen, at=TUESDAY + HOUR, expected_until=date(2025, 5, 30))

        halt = paused.halts.get()
        assert (halt.expected_until, halt.reviews) == (date(2025, 5, 30), 1)

    def test_lets_nothing_new_be_submitted(self, paused, alice):
        item = item_of(paused, "HD-GC-01")
        stock(item, alice)

        with pytest.raises(NotAllowed, match="暂停"):
            acts.submit(item, by=alice, at=TUESDAY + HOUR, version=item.version)

    def test_leaves_to_departments_what_they_have(self, submitted, project, chen, omar):
        act("pause", project, chen, reason="x", expected_until=UNTIL)

        item = acts.accept(submitted, by=omar, at=TUESDAY + HOUR, version=submitted.version)

        assert item.status == Status.ACCEPTED


class TestResuming:
    def test_undoes_a_pause(self, paused, chen):
        act("resume", paused, chen, at=TUESDAY + HOUR, note="资金到位")

        paused.refresh_from_db()
        halt = paused.halts.get()
        assert paused.phase == Phase.SIGNED
        assert (halt.ended_at, halt.ended_by) == (TUESDAY + HOUR, chen)
        assert told(Kind.PROJECT_RESUMED) == ["alice", "ann"]

    def test_undoes_an_end(self, project, chen):
        act("end", project, chen, reason="未摘牌")
        assert project.halts.get().kind == ProjectHalt.Kind.END

        act("resume", project, chen, at=TUESDAY + HOUR)

        project.refresh_from_db()
        assert project.phase == Phase.SIGNED

    def test_leads_to_the_phase_before_a_pause_that_ended(self, paused, chen):
        act("end", paused, chen, at=TUESDAY + HOUR, reason="放弃")

        act("resume", paused, chen, at=TUESDAY + 2 * HOUR)

        paused.refresh_from_db()
        assert paused.phase == Phase.SIGNED
        assert paused.halts.filter(ended_at=None).count() == 0

    def test_goes_on_where_approvals_have_brought_it(self, paused, chen, omar):
        move_phase(paused, Phase.LANDED, by=omar, at=TUESDAY + HOUR)
        assert paused.phase == Phase.PAUSED

        act("resume", paused, chen, at=TUESDAY + 2 * HOUR)

        paused.refresh_from_db()
        assert paused.phase == Phase.LANDED


class TestReminders:
    @pytest.fixture
    def owed(self, project, accepted):
        """The firm has committed to bring something by Friday."""
        return Commitment.objects.create(
            item=accepted,
            source="tolerant",
            text="补交图纸",
            due_on=(MONDAY + 4 * DAY).date(),
            made_at=MONDAY,
            next_rung_at=MONDAY,
        )

    def test_the_firm_is_reminded_of_nothing(self, owed, project, chen):
        act("pause", project, chen, reason="x", expected_until=UNTIL)

        escalation.remind(MONDAY + 7 * DAY)

        assert reminded("commitment", "missed") == []

    def test_the_department_is(self, owed, project, chen):
        act("pause", project, chen, reason="x", expected_until=UNTIL)

        escalation.remind(MONDAY + 9 * DAY)

        assert "omar" in reminded("review", r"\w+")

    def test_resuming_wakes_what_is_owed(self, owed, project, chen):
        act("pause", project, chen, reason="x", expected_until=UNTIL)
        escalation.remind(MONDAY + 7 * DAY)

        act("resume", project, chen, at=MONDAY + 8 * DAY)
        escalation.remind(MONDAY + 9 * DAY)

        assert "alice" in reminded("commitment", "missed")

    def test_the_center_is_reminded_of_the_review(self, paused, chen):
        escalation.remind(MONDAY + 70 * DAY)

        assert "chen" in reminded("pause", "overdue")


class TestDesk:
    def test_the_head_pauses_and_resumes_there(self, client, project, chen):
        client.force_login(chen)
        desk = f"/admin/projects/project/{project.pk}"

        client.post(
            f"{desk}/acts/pause/",
            {"version": 0, "reason": "资金调整", "expected_until": "2026-12-25"},
        )
        assert "资金调整" in client.get(f"{desk}/change/").text
        client.post(f"{desk}/acts/resume/", {"version": 1})

        project.refresh_from_db()
        assert project.phase == Phase.SIGNED

    def test_the_firm_reads_why(self, client, paused, alice):
        client.force_login(alice)

        shown = client.get(paused.get_absolute_url()).text

        assert "资金调整" in shown
        assert "2025-05-06" in shown


class TestApi:
    def test_pauses_and_resumes(self, client, project, chen):
        client.force_login(chen)
        address = f"/api/v1/projects/{project.pk}"

        def send(name, **body):
            return client.post(f"{address}/{name}/", body, content_type="application/json")

        asked = {"reason": "资金调整", "expected_until": "2026-12-25"}
        assert send("pause", version=0, **asked).json()["phase"] == "paused"
        assert send("pause", version=1, **asked).status_code == 409
        assert send("resume", version=0).status_code == 409
        assert send("resume", version=1).json()["phase"] == "signed"

    def test_is_not_the_windows(self, client, project, wei):
        client.force_login(wei)
        address = f"/api/v1/projects/{project.pk}/end/"

        answer = client.post(
            address, {"version": 0, "reason": "x"}, content_type="application/json"
        )

        assert answer.status_code == 403
