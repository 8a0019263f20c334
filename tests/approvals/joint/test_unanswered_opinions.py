"""An opinion in pre-review has sent an item back: the firm is reminded until it answers."""

from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.acts import operations as acts
from approvals.joint import operations as joint
from approvals.models import ApprovalItem
from approvals.supervision import operations as supervision
from approvals.supervision.operations.courses import REVISION
from approvals.supervision.operations.item_subject import ITEMS
from approvals.supervision.operations.progress import outlook_of
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import EscalationPolicy, Reminder, Step
from huadu_portal.escalation.operations.effects import effect_of
from huadu_portal.escalation.operations.sweep import escalations_of
from huadu_portal.monitoring.reconcile import duplicates
from huadu_portal.notifications.models import Delivery
from huadu_portal.workdays.published import calendar
from projects.operations import ask_to_join
from tests.approvals.moments import five, reminded, swept
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI, person
from tests.escalation.reminders import reminders_of

pytestmark = pytest.mark.django_db

WHY = "未标注红线坐标"
# Sent back on Monday 3 March: three working days on is Thursday, ten are two weeks.
THIRD, TENTH = (datetime(2025, 3, day, 9, tzinfo=SHANGHAI) for day in (6, 17))


@pytest.fixture
def sent_back(case, project, officers):
    item = five(project)["HD-GC-02"]
    return objected(item, officers)


def objected(item, officers, at=MONDAY + HOUR, note=WHY):
    by = officers[item.department_id]
    return joint.pre_object(item, by=by, at=at, version=item.version, note=note)


def revised(item, alice, at):
    return joint.revise(item, by=alice, at=at, version=item.version, note="已补")


class TestWatch:
    def test_nobody_is_told_too_early(self, sent_back):
        assert swept(THIRD - HOUR, "revision") == 0

    def test_the_firm_and_its_agent_are_reminded_of_it(self, sent_back, officers, wei):
        assert swept(THIRD, "revision") == 1
        assert reminded("revision", "reminded") == ["alice", "ann"]

    def test_after_ten_days_the_window_hears_of_it_too(self, sent_back, wei):
        swept(THIRD, "revision")
        assert swept(TENTH, "revision") == 1

        assert reminded("revision", "unanswered") == ["alice", "ann", "wei"]

    def test_each_rung_is_told_once(self, sent_back, wei):
        for at in (THIRD, THIRD + HOUR, TENTH, TENTH + HOUR):
            swept(at, "revision")

        assert reminded("revision", "reminded") == ["alice", "ann"]
        assert reminded("revision", "unanswered") == ["alice", "ann", "wei"]

    def test_after_an_outage_only_the_later_is_told(self, sent_back, wei):
        swept(TENTH, "revision")

        assert reminded("revision", "reminded") == []
        assert reminded("revision", "unanswered") == ["alice", "ann", "wei"]

    def test_no_card_is_shown_for_it(self, sent_back):
        escalation.remind(TENTH)

        assert not sent_back.cards.exists()

    def test_the_mail_quotes_the_opinion_and_says_of_which_day(self, sent_back):
        swept(THIRD, "revision")

        mail = Delivery.objects.get(
            notification__recipient__username="alice",
            notification__event_key__contains=":revision:",
        )
        assert WHY in mail.body
        assert "2025-03-03" in mail.subject
        assert sent_back.project.name in mail.subject

    def test_the_last_opinion_is_the_one_that_is_quoted(self, sent_back, officers, alice):
        again = revised(sent_back, alice, MONDAY + DAY)
        objected(again, officers, at=MONDAY + DAY + HOUR, note="比例尺不符")

        assert swept(THIRD + DAY, "revision") == 1

        mails = Delivery.objects.filter(notification__event_key__contains=":revision:")
        assert ["比例尺不符" in mail.body for mail in mails] == [True, True]

    def test_an_answer_ends_it(self, sent_back, alice):
        revised(sent_back, alice, MONDAY + DAY)

        assert swept(TENTH, "revision") == 0

    def test_in_another_case_it_begins_anew(self, sent_back, case, officers, alice, bundle):
        swept(THIRD, "revision")
        case.refresh_from_db()
        at = THIRD + HOUR
        joint.end_case(case, by=alice, at=at, version=case.version, note="另行选址")
        joint.open_case(case.project, bundle=bundle, by=alice, at=at, risk_accepted=True)
        sent_back.refresh_from_db()
        objected(sent_back, officers, at=THIRD + 2 * HOUR)

        # Three working days after the Thursday.
        assert swept(datetime(2025, 3, 11, 9, tzinfo=SHANGHAI), "revision") == 1

    def test_sent_back_again_it_begins_anew(self, sent_back, officers, alice):
        swept(THIRD, "revision")
        again = revised(sent_back, alice, THIRD + HOUR)
        objected(again, officers, at=THIRD + 2 * HOUR)

        # Three working days after the Thursday.
        assert swept(datetime(2025, 3, 10, 9, tzinfo=SHANGHAI), "revision") == 0
        assert swept(datetime(2025, 3, 11, 9, tzinfo=SHANGHAI), "revision") == 1

    def test_a_changed_fact_does_not_put_it_off(self, sent_back, case, alice):
        case.refresh_from_db()
        joint.change_fact(
            case, by=alice, at=MONDAY + DAY, version=case.version, fact="use", note="改用途"
        )

        assert swept(THIRD, "revision") == 1

    def test_the_end_of_the_case_ends_it(self, sent_back, case, alice):
        case.refresh_from_db()
        joint.end_case(case, by=alice, at=MONDAY + DAY, version=case.version, note="未摘牌")

        sent_back.refresh_from_db()
        assert sent_back.next_rung_at is None
        assert swept(TENTH, "revision") == 0

    def test_so_does_taking_it_back(self, sent_back, alice):
        acts.withdraw(sent_back, by=alice, at=MONDAY + DAY, version=sent_back.version)

        assert swept(TENTH, "revision") == 0

    def test_a_notice_of_correction_by_law_has_its_own_ladder(self, submitted, omar):
        item = acts.request_correction(
            submitted, by=omar, at=MONDAY, version=submitted.version, missing=["缺总平面图"]
        )

        assert item.next_rung_at is None
        assert swept(TENTH, "revision") == 0

    def test_a_stop_for_the_department_does_not_silence_it(
        self, case, project, officers, catalogue
    ):
        item = five(project)["HD-GC-02"]
        head = person("head", "department_head", item.department.code)
        item = supervision.stop_ladder(
            item,
            by=head,
            at=MONDAY + HOUR,
            version=item.version,
            until=date(2025, 3, 31),
            note="系统升级",
        )
        item = objected(item, officers, at=MONDAY + 2 * HOUR)

        assert outlook_of(item, reminders_of(item), THIRD, calendar()).stop is None
        assert swept(THIRD, "revision") == 1

    def test_a_colleague_who_only_asked_to_join_hears_nothing(self, sent_back, eve, firm):
        ask_to_join(firm, by=eve, at=MONDAY)
        swept(THIRD, "revision")

        assert reminded("revision", "reminded") == ["alice", "ann"]


class TestSeen:
    def test_the_outlook_says_what_comes_and_who_will_be_told(self, sent_back, wei):
        escalation.remind(THIRD)

        outlook = outlook_of(sent_back, reminders_of(sent_back), THIRD + HOUR, calendar())

        assert outlook.course == REVISION
        assert [(rung.code, rung.state) for rung in outlook.rungs] == [
            ("reminded", "told"),
            ("unanswered", "ahead"),
        ]
        assert [user.username for user in outlook.rungs[1].people] == ["alice", "ann", "wei"]
        assert outlook.rungs[1].at == TENTH

    def test_so_does_the_page_at_the_desk(self, sent_back, officers, client):
        client.force_login(officers[sent_back.department_id])

        page = client.get(f"/admin/approvals/approvalitem/{sent_back.pk}/change/")

        assert "提醒回复预审意见" in page.content.decode()
        assert "企业对预审意见的答复" in page.content.decode()

    def test_and_the_api(self, sent_back, wei, client):
        client.force_login(wei)

        said = client.get(f"/api/v1/approval-items/{sent_back.pk}/reminders/").json()

        assert said["outlook"]["course"] == "revision"


class TestMachine:
    def test_nothing_is_missing_or_twice_for_reconcile(self, sent_back, wei):
        escalation.remind(THIRD)
        escalation.remind(TENTH)

        assert not list(duplicates.reminders(TENTH + HOUR))
        assert not list(duplicates.notices())

    def test_reconcile_finds_a_rung_that_was_not_told(self, sent_back):
        escalation.remind(THIRD)
        Reminder.objects.filter(course="revision").delete()

        found = [str(finding) for finding in duplicates.reminders(THIRD + HOUR)]

        assert any("reminded was reached, not told" in sentence for sentence in found)

    def test_loading_the_ladder_wakes_what_has_been_sent_back_before(self, sent_back):
        EscalationPolicy.objects.filter(course="revision").delete()
        ApprovalItem.objects.update(next_rung_at=None)

        call_command("load_catalogue")

        assert swept(THIRD, "revision") == 1

    def test_a_new_version_says_whom_it_would_touch(self, sent_back):
        new = EscalationPolicy(course="revision", note="试行")
        rung = Step(
            code="soon",
            name="近",
            name_en="soon",
            trigger="since",
            value=1,
            text="x",
            text_en="x",
        )
        rung.audience = ["firm"]

        effect = effect_of(new, [rung], THIRD)

        assert (effect.waiting, effect.told_at_once.total()) == (1, 1)

    def test_a_batch_asks_the_same_however_many_were_sent_back(
        self, case, project, officers, django_assert_num_queries, wei
    ):
        items = [objected(item, officers) for item in five(project).values()]
        rows = list(
            ITEMS.with_related(ApprovalItem.objects.filter(pk__in=[i.pk for i in items]))
        )
        with CaptureQueriesContext(connection) as one:
            escalations_of(ITEMS, rows[:1], calendar(), THIRD.date())

        with django_assert_num_queries(len(one)):
            escalations_of(ITEMS, rows, calendar(), THIRD.date())

    def test_both_ways_of_saying_sent_back_agree(self, sent_back, submitted, omar):
        acts.request_correction(
            submitted, by=omar, at=MONDAY, version=submitted.version, missing=["缺总平面图"]
        )

        by_sql = set(ApprovalItem.objects.sent_back())

        assert by_sql == {item for item in ApprovalItem.objects.all() if item.is_sent_back}
        assert by_sql == {sent_back}
