"""The demonstration: its sums, its days, its invariants, and work for everyone."""

from collections import Counter
from datetime import datetime, time
from decimal import Decimal
from itertools import pairwise

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db.models import Sum

from approvals.acts.operations import submit
from approvals.items.events import EVENTS
from approvals.items.limits import dates_of_type
from approvals.models import (
    TRANSITIONS,
    ApprovalItem,
    Breach,
    ClockSpan,
    Consultation,
    Extension,
    HelpRequest,
    ItemEvent,
    JointCase,
    Lamp,
    SiteVisit,
    Status,
    SupervisionOrder,
    Suspension,
)
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import Reminder, Step
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.workdays.published import calendar
from projects.models import Application, ApplicationEvent, Enterprise, Project
from tests.conftest import SHANGHAI, stock
from tests.demo.demo_days import AUTUMN, BEFORE_MARCH, OF_THE_ARTICLE
from tests.demo.demo_loading import files_of, loaded
from tests.monitoring.test_reconcile import found

pytestmark = pytest.mark.django_db

S = Status
ACCOUNTS = [
    "enterprise",
    "enterprise2",
    "window",
    "agent",
    "chief",
    "officer",
    "officer2",
    "officer3",
    "depthead",
    "head",
    "leader",
    "auditor",
    "security",
    "admin",
]


@pytest.fixture(
    scope="module",
    params=[AUTUMN, BEFORE_MARCH, OF_THE_ARTICLE],
    ids=str,
)
def today(request, django_db_setup, django_db_blocker):
    with loaded(request.param, django_db_setup, django_db_blocker):
        yield request.param


@pytest.fixture
def files(today, django_db_setup, settings):
    """Those of the demonstration, instead of the test's own."""
    settings.MEDIA_ROOT = files_of(today, django_db_setup)


@pytest.fixture
def year(today):
    return today.year if today.month > 2 else today.year - 1


def sums(projects):
    return tuple(projects.aggregate(Sum("investment_wan"), Sum("annual_output_wan")).values())


def to_hand_in(items):
    """Ready, and not a milestone that the centre records."""
    return items.filter(status=S.READY, approval_type__promised_days__isnull=False)


def of(username):
    return User.objects.get(username=username)


class TestFigures:
    def test_thirteen_started_with_exact_sums(self, today, year):
        started = Project.objects.started_in(year)

        assert started.count() == 13
        assert sums(started) == (Decimal("1321200.00"), Decimal("3543300.00"))

    def test_fourteen_completed_with_exact_sums(self, today, year):
        completed = Project.objects.completed_in(year)

        assert completed.count() == 14
        assert sums(completed) == (Decimal("1909500.00"), Decimal("983500.00"))

    def test_nothing_is_both_started_and_completed_in_the_year(self, today, year):
        assert not Project.objects.started_in(year).completed_in(year).exists()

    def test_six_are_joint_and_started(self, today, year):
        joint = Project.objects.filter(is_joint_five=True)

        assert joint.started_in(year).count() == 6
        cases = JointCase.objects.filter(project__in=joint.started_in(year))
        assert [case.stage_with(case.items.all()) for case in cases] == ["issued"] * 6
        assert sorted({case.bundle.code for case in cases}) == [
            "industrial-five",
            "quarry-five",
        ]
        # Beside them one whose land has been registered; a pre-review does not count.
        assert joint.filter(started_on=None).count() == 1

    def test_days_are_working_days_before_today(self, today, year):
        published = calendar()
        days = [
            *Project.objects.started_in(year).values_list("started_on", flat=True),
            *Project.objects.completed_in(year).values_list("completed_on", flat=True),
        ]

        assert all(published.is_workday(day) and day < today for day in days)

    def test_days_keep_the_order_of_the_source(self, today, year):
        names = ["示例化妆品智慧工厂", "高景太阳能高效光伏组件项目", "示例绿色建材装配工厂"]
        days = [Project.objects.get(name=name).started_on for name in names]

        assert days == sorted(days)


class TestHistory:
    def test_every_chain_holds(self, today):
        call_command("verify_history")

    def test_reconcile_finds_nothing(self, today, files):
        assert found(datetime.combine(today, time(9, 30), SHANGHAI)) == []

    def test_versions_count_events(self, today):
        counted = Counter(ItemEvent.objects.values_list("item_id", flat=True))
        versions = dict(ApprovalItem.objects.values_list("pk", "version"))

        assert {pk: n for pk, n in versions.items() if n} == counted

    def test_every_step_is_a_legal_one_and_leads_to_where_the_item_is(self, today):
        statuses = dict(ApprovalItem.objects.values_list("pk", "status"))
        last = {}
        for event in ItemEvent.objects.order_by("item_id", "number"):
            stays = event.to_status == event.from_status and EVENTS[event.act].stays
            assert stays or event.to_status in TRANSITIONS[S(event.from_status)]
            assert event.from_status == last.get(event.item_id, S.PLANNED)
            last[event.item_id] = event.to_status

        assert last == {pk: s for pk, s in statuses.items() if s != S.PLANNED}

    def test_spans_leave_no_gap(self, today):
        spans = ClockSpan.objects.order_by("item_id", "started_at")
        for before, after in pairwise(spans):
            if before.item_id == after.item_id:
                assert before.ended_at == after.started_at

    def test_the_open_span_is_with_whom_the_item_says(self, today):
        running = ClockSpan.objects.filter(ended_at=None)

        assert all(
            span.holder == span.item.holder
            for span in running.select_related("item__approval_type")
        )
        held = ApprovalItem.objects.select_related("approval_type")
        assert running.count() == sum(item.holder is not None for item in held)

    def test_stored_days_are_what_the_clock_says(self, today):
        published = calendar()
        alone = {"joint_case": None, "whole": None, "extension_days": 0}
        accepted = ApprovalItem.objects.filter(accepted_at__isnull=False, **alone)

        for item in accepted.select_related("approval_type"):
            days = civil_day(item.submitted_at), civil_day(item.accepted_at)
            found = dates_of_type(item.approval_type, *days, published)
            assert (item.near_on, item.due_on) == (found.near_on, found.due_on)
            assert item.statutory_due_on == found.statutory_due_on

    def test_a_joint_case_runs_on_one_clock(self, today):
        for case in JointCase.objects.filter(registered_at__isnull=False):
            due = set(case.items.values_list("due_on", flat=True))

            assert due == {case.due_on(calendar())}

    def test_nothing_lies_in_the_future(self, today):
        begun = datetime.combine(today, time.min, SHANGHAI)

        assert not ItemEvent.objects.filter(at__gte=begun).exists()
        assert not Notification.objects.filter(created_at__gte=begun).exists()

    def test_no_item_is_accepted_before_what_it_needs(self, today):
        items = {
            (item.project_id, item.approval_type_id): item
            for item in ApprovalItem.objects.select_related("approval_type")
        }
        needs = ApprovalItem.approval_type.field.related_model.prerequisites.through
        for pair in needs.objects.all():
            for (project, kind), item in items.items():
                before = items.get((project, pair.to_approvaltype_id))
                # The service of a joint case begins and ends with the case (0043).
                if item.approval_type.begins_joint_case:
                    continue
                # Handled jointly, prerequisites are waived until the grant.
                gate = item.decided_at if item.joint_case_id else item.accepted_at
                if kind == pair.from_approvaltype_id and gate and before:
                    assert before.decided_at is None or before.decided_at <= gate


class TestStory:
    def test_gas_and_water_came_early_in_july(self, today):
        jinhua = Project.objects.get(name="锦华食品总部项目")
        utilities = jinhua.items.filter(approval_type__code__in=["HD-SZ-01", "HD-SZ-05"])

        days = {civil_day(item.decided_at) for item in utilities}

        assert len(utilities) == 2
        assert all(day.month == 7 and day.day <= 10 for day in days)
        assert max(days) < jinhua.completed_on

    def test_its_history_tells_of_the_coordination(self, today):
        notes = ItemEvent.objects.filter(item__approval_type__code="HD-SZ-05")

        assert notes.filter(note__contains="现场协调").exists()


class TestWork:
    def test_every_lamp_shines(self, today):
        running = ApprovalItem.objects.running()

        assert {item.lamp_on(today) for item in running} >= set(Lamp) - {Lamp.NONE}

    def test_every_rung_that_exists_was_reached(self, today):
        rungs = set(Step.objects.filter(policy__course="review").values_list("code"))
        reached = Reminder.objects.filter(course="review").values_list("rung")

        assert set(reached) == rungs

    def test_every_status_of_this_version_is_there(self, today):
        found = set(ApprovalItem.objects.values_list("status", flat=True))

        assert found == set(S)

    @pytest.mark.parametrize("username", ["officer", "officer2", "officer3"])
    def test_each_officer_has_items_to_accept_and_different_lamps(self, today, username):
        items = ApprovalItem.objects.visible_to(of(username))

        assert items.filter(status=S.SUBMITTED).exists()
        assert len({item.lamp_on(today) for item in items.running()}) >= 3

    def test_the_planning_head_has_overdue_items(self, today):
        assert ApprovalItem.objects.visible_to(of("depthead")).overdue(today).exists()

    def test_the_firm_has_items_to_hand_in_and_a_correction_to_answer(self, today):
        items = ApprovalItem.objects.visible_to(of("enterprise"))

        assert to_hand_in(items).count() >= 2
        assert items.filter(status=S.CORRECTING, corrections__answered_at=None).exists()

    def test_the_window_has_a_queue_with_one_too_late(self, today):
        waiting = Application.objects.waiting()

        assert waiting.count() >= 6
        assert waiting.filter(due_on__lt=today).count() == 1
        assert waiting.values("submitted_at__date").distinct().count() >= 3

    def test_other_applications_have_been_answered_or_not_handed_in(self, today):
        statuses = Counter(Application.objects.values_list("status", flat=True))

        assert (statuses["returned"], statuses["declined"]) == (2, 1)
        assert Application.objects.get(status="draft").enterprise.members.get() == of(
            "enterprise"
        )

    def test_one_application_was_returned_twice(self, today):
        returned = ApplicationEvent.objects.filter(to_status="returned")
        times = Counter(returned.values_list("application", flat=True))

        assert sorted(times.values()) == [1, 2]

    def test_one_of_everything_stands_beside_the_plain_course(self, today):
        extensions = [extension.is_late for extension in Extension.objects.all()]

        assert Consultation.objects.filter(answered_at=None).exists()
        assert Suspension.objects.filter(ended_at=None).exists()
        assert sorted(extensions) == [False, True]
        assert SiteVisit.objects.filter(item__parts__status=S.ACCEPTED).exists()
        assert HelpRequest.objects.filter(answered_at=None).exists()

    def test_supervision_orders_are_there_in_each_state(self, today):
        received = SupervisionOrder.objects.exclude(received_at=None)

        assert SupervisionOrder.objects.filter(received_at=None).exists()
        assert received.filter(answered_at=None).exists()
        assert received.exclude(answered_at=None).exists()

    def test_a_limit_that_was_missed_shows_where_the_lamp_does_not(self, today):
        extended = Extension.objects.get(item__promised_breached_on__isnull=False).item

        assert extended.lamp_on(today) in {Lamp.GREEN, Lamp.YELLOW}
        assert extended.breach_beside(extended.lamp_on(today)) == Breach.PROMISED

    def test_the_agent_accompanies_projects(self, today):
        assert Project.objects.filter(agent=of("agent")).count() >= 5

    @pytest.mark.parametrize(
        "username", ["enterprise", "enterprise2", "window", "agent", "officer", "head"]
    )
    def test_unread_messages_wait(self, today, username):
        assert Notification.objects.visible_to(of(username)).unread().exists()

    def test_no_backlog_of_mail_is_left(self, today):
        waiting = Delivery.objects.filter(state__in=["pending", "collected"])

        assert 0 < waiting.count() < Delivery.objects.count() / 1.5

    def test_the_outbox_shows_a_digest_and_what_can_go_wrong(self, today):
        digests = Delivery.objects.filter(recipient__isnull=False)

        assert digests.filter(state="sent", parts__isnull=False).exists()
        assert Delivery.objects.filter(state="dead").exclude(error="").count() == 1
        assert Delivery.objects.filter(state="pending").exclude(error="").count() == 1
        assert User.objects.exclude(bounced_email="").count() == 1

    def test_acts_go_on_from_here(self, today):
        firm = of("enterprise")
        item = to_hand_in(ApprovalItem.objects.visible_to(firm)).first()
        stock(item, firm)

        done = submit(item, by=firm, at=datetime.combine(today, time(9), SHANGHAI), version=1)

        assert done.status == S.SUBMITTED


class TestAccounts:
    def test_all_can_sign_in_with_the_one_password(self, today):
        accounts = User.objects.filter(username__in=ACCOUNTS)

        assert accounts.count() == len(ACCOUNTS)
        assert len({user.password for user in accounts}) == 1
        assert EmailAddress.objects.filter(user__in=accounts, verified=True).count() == len(
            ACCOUNTS
        )

    def test_nobody_else_can(self, today):
        others = User.objects.exclude(username__in=ACCOUNTS)

        assert not any(user.has_usable_password() for user in others)

    def test_everything_is_marked(self, today):
        for model in (User, Enterprise, Project):
            assert not model.objects.filter(is_demo=False).exists()
