"""An app puts a thing of its own on the ladder, and changes no other (tests/escalation/loans/).

Lent on Monday 3 March 2025 until Friday the 7th.
"""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import connection

from approvals.packaged import load_catalogue
from huadu_portal.accounts.models import Department
from huadu_portal.escalation import subjects
from huadu_portal.escalation.models import EscalationPolicy, Reminder, Step
from huadu_portal.escalation.operations import publish_policy, remind, sweep
from huadu_portal.escalation.operations.effects import effect_of
from huadu_portal.escalation.operations.progress import ladder_progress_of
from huadu_portal.monitoring.metrics import reminders_due
from huadu_portal.monitoring.reconcile import duplicates
from huadu_portal.workdays.published import calendar
from tests.approvals.moments import reminded
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI
from tests.escalation.loans.models import Loan
from tests.escalation.loans.subjects import LoanSubject
from tests.escalation.reminders import reminders_of

pytestmark = pytest.mark.django_db

NEAR = datetime(2025, 3, 6, 9, tzinfo=SHANGHAI)
OVERDUE = datetime(2025, 3, 10, 9, tzinfo=SHANGHAI)
LOANS = LoanSubject()


@pytest.fixture
def loans(catalogue):
    """What its migration, its `ready()` and the packaged data of `migrate` would do."""
    with connection.schema_editor() as editor:
        editor.create_model(Loan)
    subjects.register(LOANS, packaged=Path(__file__).parent / "loans/data/escalation.yaml")
    load_catalogue(at=MONDAY)
    yield
    del subjects.SUBJECT_TYPES["loan"]
    subjects.PACKAGED.pop()


@pytest.fixture
def loan(loans, omar, hana):
    return Loan.objects.create(
        number="Y-1",
        department=omar.department,
        borrower=omar,
        lent_at=MONDAY,
        due_on=date(2025, 3, 7),
        next_rung_at=MONDAY,
    )


def policy(**scope):
    return EscalationPolicy(course="loan", note="试行", **scope)


def a_step(code, trigger, value, **fields):
    names = {"name": code, "name_en": code, "text": "%(number)s", "text_en": "%(number)s"}
    return Step(
        code=code, trigger=trigger, value=value, **{"audience": ["officer"]} | names | fields
    )


class TestSweep:
    def test_tells_by_the_apps_own_policy(self, loan):
        assert [remind(at) for at in (MONDAY, NEAR, NEAR + HOUR, OVERDUE)] == [0, 1, 0, 1]
        assert reminded("loan", "near") == ["omar"]
        assert reminded("loan", "overdue") == ["hana", "omar"]

    def test_keeps_what_it_has_told_by_kind_and_key(self, loan):
        remind(NEAR)

        reminder = Reminder.objects.get()
        assert (reminder.subject_kind, reminder.subject_key) == ("loan", str(loan.pk))
        assert reminder.subject == loan

    def test_is_silent_once_nothing_is_waited_for(self, loan):
        Loan.objects.update(returned_at=MONDAY + DAY, next_rung_at=MONDAY + DAY)

        assert remind(OVERDUE) == 0
        assert Loan.objects.get().next_rung_at is None

    def test_is_silent_while_it_is_paused(self, loan):
        Loan.objects.update(called_off_until=OVERDUE)

        assert remind(NEAR) == 0
        assert Loan.objects.get().next_rung_at == OVERDUE

    def test_does_what_else_follows(self, loan):
        remind(NEAR)

        assert Loan.objects.get().calls == 1

    def test_does_it_in_the_same_transaction(self, loan, monkeypatch):
        def fails(*args, **kwargs):
            raise RuntimeError("no message can be written")

        monkeypatch.setattr(sweep, "notify_all", fails)

        assert remind(NEAR) == 0
        assert Loan.objects.get().calls == 0
        assert not Reminder.objects.exists()

    def test_goes_by_the_policy_of_a_department(self, loan, chen):
        planning = Department.objects.get(code="planning")
        special = [a_step("early", "since", 1)]
        publish_policy(policy(department=planning), special, by=chen, at=MONDAY, replaces=None)

        remind(MONDAY + DAY)

        assert reminded("loan", "early") == ["omar"]


class TestChange:
    def test_is_shown_before_it_is_made(self, loan):
        effect = effect_of(policy(), [a_step("early", "since", 1)], MONDAY + DAY)

        assert (effect.waiting, dict(effect.told_at_once)) == (1, {"early": 1})

    def test_reaches_what_waits(self, loan, chen):
        remind(MONDAY)
        old = EscalationPolicy.objects.current().get(course="loan")
        publish_policy(
            policy(), [a_step("early", "since", 1)], by=chen, at=MONDAY, replaces=old
        )

        assert remind(MONDAY + DAY) == 1

    def test_is_made_at_the_desk_with_the_apps_own_words(self, loan, chen, client):
        client.force_login(chen)
        row = EscalationPolicy.objects.current().get(course="loan")

        page = client.get(f"/admin/escalation/escalationpolicy/{row.pk}/edit/")

        assert page.context["words"] == [("%(due)s", "办结期限"), ("%(number)s", "编号")]
        assert (
            "return of a seal"
            in client.get("/admin/escalation/escalationpolicy/").content.decode()
        )


class TestReading:
    def test_the_desks_list_names_it(self, loan, chen, client):
        remind(NEAR)
        client.force_login(chen)

        assert "印章 Y-1" in client.get("/admin/escalation/reminder/").content.decode()

    @pytest.mark.parametrize(("typed", "found"), [("Y-1", 1), ("Y-2", 0)])
    def test_it_is_found_by_its_number(self, loan, chen, client, typed, found):
        remind(NEAR)
        client.force_login(chen)

        page = client.get("/admin/escalation/reminder/", {"q": typed})

        assert page.context["cl"].result_count == found

    def test_a_department_reads_only_what_the_app_shows_it(self, loan, omar, client):
        remind(NEAR)
        client.force_login(omar)

        assert client.get("/admin/escalation/reminder/").context["cl"].result_count == 0

    def test_its_progress_says_who_will_be_told(self, loan):
        remind(NEAR)

        progress = ladder_progress_of(LOANS, loan, reminders_of(loan), NEAR, calendar())

        states = [(step.code, str(step.state)) for step in progress.steps]
        assert states == [("near", "told"), ("overdue", "ahead")]
        assert [user.username for user in progress.steps[1].people] == ["omar", "hana"]


class TestWatching:
    def test_what_a_sweep_has_missed_is_counted(self, loan):
        assert reminders_due(NEAR + HOUR) == 1

    def test_what_was_lost_is_found(self, loan):
        remind(NEAR)
        reminders_of(loan).delete()

        assert [finding.rule for finding in duplicates.reminders(NEAR)] == ["I6"]


def test_a_name_that_is_taken_is_refused(loans):
    with pytest.raises(ValueError, match="loan"):
        subjects.register(LoanSubject())
