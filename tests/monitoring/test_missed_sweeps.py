"""Sweeps that are not heard of: who is told, how often, and when it is over."""

from datetime import timedelta

import pytest
from django.db import connection

from huadu_portal.celery import app
from huadu_portal.clock import WrongClock
from huadu_portal.monitoring import metrics, missed_sweeps, status, sweeps
from huadu_portal.monitoring.models import Silence
from huadu_portal.monitoring.tasks import watch_sweeps
from huadu_portal.notifications.models import Delivery, Notification, Sweep
from projects.models import Application
from tests.approvals.moments import at_once
from tests.conftest import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db

Kind = Sweep.Kind
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def all_swept():
    """At the start of the week everything is in order."""
    for kind in Kind:
        Sweep.record(kind, MONDAY)


def swept(at, *without):
    for kind in set(Kind) - set(without):
        Sweep.record(kind, at)


def silent_for(minutes, *kinds):
    """Everybody looks every half minute; all other work goes on."""
    for n in range(2 * minutes + 1):
        at = MONDAY + n * MINUTE / 2
        swept(at, *kinds)
        missed_sweeps.watch(at)
    return at


def messages():
    return Notification.objects.filter(kind="sweep_silent")


class TestAlarm:
    def test_tells_the_administrators_in_the_portal_and_by_mail(self, tom, wei, caplog):
        silent_for(5, Kind.REMIND)

        (message,) = messages()
        assert message.recipient == tom
        assert Delivery.objects.get(notification=message).to == tom.email
        assert "sweep is silent" in caplog.text

    def test_names_the_work_in_the_readers_language(self, tom):
        silent_for(5, Kind.REMIND, Kind.DELIVER)

        assert messages().get().params["sweeps_en"] == "sending what is due, reminders"

    def test_is_given_once_however_long_it_lasts(self, tom):
        silent_for(90, Kind.REMIND)

        assert messages().count() == 1

    def test_waits_until_it_is_sure(self, tom):
        silent_for(2, Kind.REMIND)

        assert not messages().exists()

    def test_leaves_a_portal_that_has_just_been_started_in_peace(self, tom):
        """Nothing ran for days; then all does, the fallback first."""
        monday = MONDAY + 7 * DAY
        missed_sweeps.watch(monday)
        swept(monday + MINUTE / 2)
        for n in range(1, 20):
            swept(monday + n * MINUTE / 2)
            missed_sweeps.watch(monday + n * MINUTE / 2)

        assert not messages().exists()
        assert not Silence.objects.exists()

    def test_is_given_again_for_another_silence(self, tom):
        silent_for(5, Kind.REMIND)
        for n in range(20):
            at = MONDAY + 2 * HOUR + n * MINUTE / 2
            swept(at, *[Kind.REMIND] if n else [])
            missed_sweeps.watch(at)

        assert messages().count() == 2

    def test_of_hourly_work_waits_for_two_missed_turns(self, tom):
        silent_for(100, Kind.HEADS)

        assert not Silence.objects.exists()

    def test_is_none_about_hourly_work_whose_first_turn_is_still_to_come(self, tom):
        """A portal that has never run before: its beat waits an hour with the first."""
        Sweep.objects.filter(kind=Kind.HEADS).delete()

        for minute in range(0, 70, 5):
            swept(MONDAY + minute * MINUTE, Kind.HEADS)
            missed_sweeps.watch(MONDAY + minute * MINUTE)

        assert not Silence.objects.exists()
        assert not messages().exists()

    @pytest.mark.django_db(transaction=True)
    def test_by_four_at_once_is_one(self, tom):
        Silence.objects.create(kind=Kind.REMIND, since=MONDAY, noticed_at=MONDAY)
        at = MONDAY + 5 * MINUTE
        swept(at, Kind.REMIND)

        def watch():
            missed_sweeps.watch(at)
            connection.close()

        at_once(*[watch] * 4)

        assert messages().count() == 1


class TestFallback:
    @pytest.fixture(autouse=True)
    def by_the_sweeper(self, monkeypatch, time_machine):
        """Only the sweeper runs, as `manage.py sweeper` does."""

        def task_of(kind):
            return lambda: Sweep.record(kind, sweeps.now())

        monkeypatch.setattr(sweeps, "TASKS", {kind: task_of(kind) for kind in Kind})
        self.time = time_machine

    def look(self, minutes):
        for n in range(2 * minutes):
            at = MONDAY + n * MINUTE / 2
            self.time.move_to(at, tick=False)
            missed_sweeps.watch(at)
            sweeps.do_late(at)

    def test_hides_no_silence_and_brings_no_flood(self, tom):
        self.look(40)

        assert Silence.objects.filter(kind=Kind.REMIND).exists()
        told = sum("reminders" in message.params["sweeps_en"] for message in messages())
        assert told == 1

    def test_ends_with_the_first_regular_sweep(self, tom):
        self.look(10)
        swept(sweeps.now() + MINUTE)

        missed_sweeps.watch(sweeps.now() + MINUTE)

        assert not Silence.objects.exists()


class TestStatusPage:
    def test_is_red_for_what_is_silent(self, tom):
        at = silent_for(5, Kind.REMIND)

        assert self.fact(Kind.REMIND.label, at).is_well is False

    def test_is_red_also_while_the_fallback_does_the_work(self):
        at = silent_for(5, Kind.REMIND)
        Sweep.record(Kind.REMIND, at)
        sweeps.stand_in(Kind.REMIND, at)

        assert self.fact(Kind.REMIND.label, at).is_well is False

    @pytest.mark.parametrize(("hour", "expected"), [(10, "1"), (20, "0")])
    def test_counts_what_should_have_been_told_in_office_hours(
        self, application, hour, expected
    ):
        at = MONDAY.replace(hour=hour) + 28 * DAY

        assert self.fact(status._("reminders due and not sent"), at).value == expected

    def fact(self, label, at):
        facts = [fact for _title, facts in status.groups(at) for fact in facts]
        return next(fact for fact in facts if str(fact.label) == str(label))

    @pytest.fixture(autouse=True)
    def no_broker(self, monkeypatch):
        monkeypatch.setattr(status, "_redis_answers", lambda: False)


class TestMetrics:
    def test_tell_age_silence_and_what_waits(self, application):
        at = silent_for(5, Kind.REMIND)
        Delivery.objects.update(state=Delivery.State.DEAD)

        shown = metrics.metrics_text(at).decode()

        assert 'portal_sweep_age_seconds{kind="remind"} 300.0' in shown
        assert 'portal_sweep_silent{kind="remind"} 1.0' in shown
        assert 'portal_sweep_silent{kind="deliver"} 0.0' in shown
        assert f"portal_deliveries_dead {float(Delivery.objects.count())}" in shown

    def test_count_reminders_that_were_not_told(self, application):
        later = MONDAY.replace(hour=10) + 28 * DAY

        assert "portal_reminders_due 1.0" in metrics.metrics_text(later).decode()
        Application.objects.update(next_rung_at=None)
        assert "portal_reminders_due 0.0" in metrics.metrics_text(later).decode()


class TestWrongClock:
    def test_stops_every_task(self, settings):
        settings.CLOCK_TOLERANCE = MINUTE

        # The tests' clock stands in another year than the database's.
        with pytest.raises(WrongClock):
            watch_sweeps()

    def test_none_of_ours_goes_without_asking(self):
        ours = {name: task for name, task in app.tasks.items() if "celery." not in name}

        assert {type(task).__call__ for task in ours.values()} == {app.Task.__call__}

    @pytest.fixture(autouse=True)
    def another_year(self, time_machine):
        time_machine.move_to(MONDAY)
