"""A breach stays a breach: whatever is extended, stopped or reopened after a limit has passed."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from approvals.acts import operations
from approvals.acts.tasks import record_silences
from approvals.items.operations import record_all_breaches
from approvals.models import ApprovalItem, Breach, Lamp
from approvals.supervision.scoreboard import scores
from huadu_portal.monitoring.calendar_publication import publish
from huadu_portal.monitoring.reconcile import Finding, spans
from huadu_portal.monitoring.reconcile.days import Days
from tests.approvals.moments import accepted_by, resumed_by, suspended_by
from tests.conftest import DAY, SHANGHAI
from tests.workdays.notices import with_days_off

pytestmark = pytest.mark.django_db
# Promised by Monday the 17th; by law a fortnight later.
LAST_DAY = datetime(2025, 3, 17, 17, tzinfo=SHANGHAI)
DAY_AFTER = LAST_DAY + DAY
MISSED = date(2025, 3, 18)
LONG_AFTER = datetime(2025, 4, 30, 9, tzinfo=SHANGHAI)


@pytest.fixture
def accepted(item, alice, omar):
    """Of a type whose law gives it twenty days: by the 31st."""
    item.approval_type.statutory_days = 20
    item.approval_type.save()
    accepted = accepted_by(item, firm=alice, officer=omar)
    assert accepted.due_on == LAST_DAY.date()
    assert accepted.statutory_due_on == date(2025, 3, 31)
    return accepted


def again(item):
    return ApprovalItem.objects.get(pk=item.pk)


def breaches(item):
    item = again(item)
    return item.promised_breached_on, item.statutory_breached_on


def done(act, item, by, at, **asked):
    item = again(item)
    return getattr(operations, act)(item, by=by, at=at, version=item.version, **asked)


class TestSweep:
    def test_records_the_day_after_the_promised_day(self, accepted):
        record_all_breaches(DAY_AFTER)

        assert breaches(accepted) == (MISSED, None)

    def test_records_the_statutory_limit_too(self, accepted):
        record_all_breaches(LONG_AFTER)

        assert breaches(accepted) == (MISSED, date(2025, 4, 1))

    def test_leaves_the_last_day_to_the_department(self, accepted):
        record_all_breaches(LAST_DAY.replace(hour=23, minute=59))

        assert breaches(accepted) == (None, None)

    def test_leaves_an_act_that_was_begun_before_midnight_in_time(self, accepted):
        midnight = LAST_DAY.replace(hour=0) + DAY

        record_all_breaches(midnight + timedelta(minutes=4))
        before = breaches(accepted)
        record_all_breaches(midnight + timedelta(minutes=6))

        assert (before, breaches(accepted)) == ((None, None), (MISSED, None))

    def test_asks_the_same_however_many_there_are(
        self, accepted, project, django_assert_num_queries
    ):
        with django_assert_num_queries(2):
            record_all_breaches(DAY_AFTER)

    def test_keeps_the_first_day(self, accepted, hana):
        record_all_breaches(DAY_AFTER)
        done("extend", accepted, hana, DAY_AFTER, days=1, note="案情复杂", late=True)
        record_all_breaches(LONG_AFTER)

        assert breaches(accepted)[0] == MISSED

    def test_finds_what_a_release_that_records_none_has_decided(self, accepted, omar):
        done("grant", accepted, omar, DAY_AFTER)
        ApprovalItem.objects.update(promised_breached_on=None)

        record_all_breaches(DAY_AFTER + DAY)

        assert breaches(accepted) == (MISSED, None)

    def test_runs_with_what_time_alone_decides(self, accepted, time_machine):
        time_machine.move_to(DAY_AFTER)

        record_silences()

        assert breaches(accepted) == (MISSED, None)


class TestActs:
    """Each records what has passed before it moves, stops or ends anything."""

    def test_a_stop_after_the_last_day_ends_the_lamp_and_not_the_breach(self, accepted, omar):
        stopped = suspended_by(accepted, omar, DAY_AFTER)

        assert stopped.lamp_on(DAY_AFTER.date()) == Lamp.NONE
        assert breaches(accepted) == (MISSED, None)
        assert stopped.breach_beside(Lamp.NONE) == Breach.PROMISED

    def test_a_stop_on_the_last_day_is_no_breach(self, accepted, omar):
        stopped = suspended_by(accepted, omar, LAST_DAY)
        resumed_by(stopped, omar, LONG_AFTER)
        record_all_breaches(LONG_AFTER)

        assert breaches(accepted) == (None, None)

    @pytest.mark.parametrize(
        ("act", "asked"), [("grant", {}), ("refuse", {"note": "不符合规划条件"})]
    )
    def test_a_decision_after_the_last_day_is_late(self, accepted, omar, act, asked):
        done(act, accepted, omar, DAY_AFTER, **asked)

        assert breaches(accepted) == (MISSED, None)

    def test_a_decision_on_the_last_day_is_in_time(self, accepted, omar):
        done("grant", accepted, omar, LAST_DAY)

        assert breaches(accepted) == (None, None)

    def test_a_withdrawal_does_not_hide_it(self, accepted, alice):
        done("withdraw", accepted, alice, DAY_AFTER)

        assert breaches(accepted) == (MISSED, None)

    def test_reopening_a_refusal_does_not_hide_it(self, accepted, omar, hana):
        done("refuse", accepted, omar, DAY_AFTER, note="不符合规划条件")
        done("reopen", accepted, hana, DAY_AFTER + DAY, note="重新审查")

        assert breaches(accepted) == (MISSED, None)

    def test_an_act_that_leaves_it_where_it_is_records_it_too(self, accepted, omar, hana):
        done("transfer", accepted, omar, DAY_AFTER, to=hana)

        assert breaches(accepted) == (MISSED, None)


class TestShown:
    """Beside the lamp, which follows the dates: on pages, lists, at the desk and in the API."""

    @pytest.fixture
    def stopped(self, accepted, omar, time_machine):
        time_machine.move_to(DAY_AFTER)
        return suspended_by(accepted, omar, DAY_AFTER)

    def test_on_the_items_page_with_its_day(self, client, alice, stopped):
        client.force_login(alice)
        client.cookies["django_language"] = "en"

        page = client.get(stopped.get_absolute_url()).text

        assert "promised limit missed" in page
        assert "Past the promised limit since" in page

    def test_on_the_projects_page(self, client, alice, stopped):
        client.force_login(alice)
        client.cookies["django_language"] = "en"

        assert "promised limit missed" in client.get(stopped.project.get_absolute_url()).text

    def test_at_the_desk_in_the_list_and_on_the_page(self, client, omar, stopped):
        client.force_login(omar)
        client.cookies["django_language"] = "en"
        desk = "/admin/approvals/approvalitem/"

        found = client.get(desk, {"tab": "all", "breach": "promised"})
        other = client.get(desk, {"tab": "all", "breach": "statutory"})

        assert [*found.context["cl"].result_list] == [stopped]
        assert [*other.context["cl"].result_list] == []
        assert "promised limit missed" in found.text
        assert "promised limit missed" in client.get(f"{desk}{stopped.pk}/change/").text

    def test_in_the_api(self, client, omar, stopped):
        client.force_login(omar)

        (found,) = client.get("/api/v1/approval-items/?breach=promised").json()["results"]
        other = client.get("/api/v1/approval-items/?breach=statutory").json()["results"]

        assert (found["id"], found["promised_breached_on"]) == (str(stopped.pk), str(MISSED))
        assert other == []

    @pytest.mark.parametrize(
        ("lamp", "shown"),
        [(Lamp.GREEN, True), (Lamp.NONE, True), (Lamp.RED, False), (Lamp.DEEP_RED, False)],
    )
    def test_once_where_the_lamp_says_the_same(self, stopped, lamp, shown):
        assert bool(stopped.breach_beside(lamp)) == shown

    def test_on_the_scoreboard(self, chen, stopped):
        (score,) = scores(chen, 2025)

        assert (score.promised_missed, score.statutory_missed) == (1, 0)


class TestMigration:
    """Old rows: from extensions, spans and calendar."""

    def derived(self, at, time_machine):
        ApprovalItem.objects.update(promised_breached_on=None, statutory_breached_on=None)
        time_machine.move_to(at)
        migration = import_module("approvals.migrations.0051_derive_breaches")
        migration.derive(apps, connection.schema_editor())

    def test_one_that_still_runs(self, accepted, time_machine):
        self.derived(DAY_AFTER, time_machine)

        assert breaches(accepted) == (MISSED, None)

    def test_one_that_still_runs_in_time(self, accepted, time_machine):
        self.derived(LAST_DAY, time_machine)

        assert breaches(accepted) == (None, None)

    @pytest.mark.parametrize(("at", "missed"), [(LAST_DAY, None), (DAY_AFTER, MISSED)])
    def test_one_that_was_decided(self, accepted, omar, time_machine, at, missed):
        done("grant", accepted, omar, at)

        self.derived(LONG_AFTER, time_machine)

        assert breaches(accepted) == (missed, None)

    @pytest.mark.parametrize(("at", "missed"), [(LAST_DAY, None), (DAY_AFTER, MISSED)])
    def test_one_that_was_withdrawn(self, accepted, alice, time_machine, at, missed):
        done("withdraw", accepted, alice, at)

        self.derived(LONG_AFTER, time_machine)

        assert breaches(accepted) == (missed, None)

    @pytest.mark.parametrize(("at", "missed"), [(LAST_DAY, None), (DAY_AFTER, MISSED)])
    def test_one_that_was_extended(self, accepted, omar, hana, time_machine, at, missed):
        done("extend", accepted, hana, at, days=5, note="案情复杂", late=True)
        done("grant", accepted, omar, DAY_AFTER + DAY)

        self.derived(LONG_AFTER, time_machine)

        assert breaches(accepted) == (missed, None)

    @pytest.mark.parametrize(("at", "missed"), [(LAST_DAY, None), (DAY_AFTER, MISSED)])
    def test_one_that_was_stopped(self, accepted, omar, time_machine, at, missed):
        suspended_by(accepted, omar, at)

        self.derived(LONG_AFTER, time_machine)

        assert breaches(accepted) == (missed, None)

    def test_one_that_was_reopened(self, accepted, omar, hana, time_machine):
        done("refuse", accepted, omar, DAY_AFTER, note="不符合规划条件")
        done("reopen", accepted, hana, DAY_AFTER + DAY, note="重新审查")

        self.derived(DAY_AFTER + DAY, time_machine)

        assert breaches(accepted) == (MISSED, None)

    def test_batches_reach_every_row(self, accepted, project, time_machine, monkeypatch):
        migration = import_module("approvals.migrations.0051_derive_breaches")
        monkeypatch.setattr(migration, "BATCH", 2)

        self.derived(DAY_AFTER, time_machine)

        assert breaches(accepted) == (MISSED, None)


def publish_day_off(day, at):
    publish(with_days_off(2025, day), by=None, at=at)


class TestPublication:
    """Alone takes a breach back: when the limit had not ended by the calendar in force."""

    def test_counts_it_anew(self, accepted, hana, time_machine):
        done("extend", accepted, hana, DAY_AFTER, days=5, note="案情复杂", late=True)
        time_machine.move_to(DAY_AFTER + DAY)

        publish_day_off(date(2025, 3, 17), DAY_AFTER + DAY)

        assert breaches(accepted) == (None, None)
        assert again(accepted).due_on == date(2025, 3, 25)

    def test_keeps_what_is_missed_by_the_new_calendar_too(self, accepted, hana, time_machine):
        done("extend", accepted, hana, DAY_AFTER, days=5, note="案情复杂", late=True)
        time_machine.move_to(DAY_AFTER + DAY)

        publish_day_off(date(2025, 3, 19), DAY_AFTER + DAY)

        assert breaches(accepted) == (MISSED, None)


class TestReconcile:
    def found(self, item, at) -> list[Finding]:
        return list(spans.of_item(again(item), Days.in_force(), at))

    def test_a_breach_that_was_taken_away_is_found(self, accepted, hana):
        done("extend", accepted, hana, DAY_AFTER, days=5, note="案情复杂", late=True)
        assert self.found(accepted, DAY_AFTER) == []

        ApprovalItem.objects.update(promised_breached_on=None)

        assert len(self.found(accepted, DAY_AFTER)) == 1

    def test_a_breach_that_never_was_is_found(self, accepted):
        ApprovalItem.objects.filter(pk=accepted.pk).update(promised_breached_on=MISSED)

        assert len(self.found(accepted, LAST_DAY)) == 1

    def test_the_sweep_has_its_time(self, accepted):
        midnight = LAST_DAY.replace(hour=0) + DAY

        assert self.found(accepted, midnight + timedelta(minutes=30)) == []
        assert len(self.found(accepted, midnight + timedelta(hours=2))) == 1

    def test_of_a_decided_one_as_well(self, accepted, omar):
        done("grant", accepted, omar, DAY_AFTER)
        ApprovalItem.objects.update(promised_breached_on=None)

        assert len(self.found(accepted, LONG_AFTER)) == 1
