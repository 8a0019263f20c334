"""manage.py sweeper: does what is late itself, and nothing else; stops when it is asked to."""

import signal
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from huadu_portal.celery import app
from huadu_portal.monitoring import sweeps, tasks
from huadu_portal.monitoring.management.commands import sweeper
from huadu_portal.monitoring.tasks import watch_sweeps
from huadu_portal.notifications.models import Sweep
from tests.conftest import DAY, MONDAY
from tests.escalation.reminders import reminders_of

pytestmark = pytest.mark.django_db

Kind = Sweep.Kind


@pytest.fixture
def done(monkeypatch):
    """Which kinds were done, instead of doing them."""
    done = []

    def task_of(kind):
        def task():
            done.append(kind)
            Sweep.record(kind, MONDAY)

        return task

    monkeypatch.setattr(sweeps, "TASKS", {kind: task_of(kind) for kind in Kind})
    return done


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


def all_swept(at):
    for kind in Kind:
        Sweep.record(kind, at)


class TestWhatIsLate:
    def test_is_everything_that_never_ran(self):
        assert set(sweeps.late(MONDAY)) == set(Kind)

    @pytest.mark.parametrize(("minutes", "is_late"), [(2, False), (2.1, True)])
    def test_is_what_is_older_than_two_minutes(self, minutes, is_late):
        all_swept(MONDAY - timedelta(minutes=minutes))

        assert (Kind.REMIND in sweeps.late(MONDAY)) is is_late

    def test_is_what_is_marked_as_done_tomorrow(self):
        """By a clock that was wrong; it must not count as well until then."""
        all_swept(MONDAY + DAY)

        assert Kind.REMIND in sweeps.late(MONDAY)

    @pytest.mark.parametrize("kind", [Kind.STRAYS, Kind.HEADS, Kind.EXPIRED])
    def test_is_not_what_runs_hourly(self, kind):
        all_swept(MONDAY - timedelta(minutes=61))

        assert kind not in sweeps.late(MONDAY)

    def test_covers_what_beat_names(self):
        named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

        done = {task.name for task in sweeps.TASKS.values()}
        # Who looks for silences needs nobody to stand in: the sweeper looks itself.
        assert named - done == {watch_sweeps.name}
        assert done <= named
        assert set(sweeps.TASKS) == set(Kind)

    def test_keeps_the_names_by_which_earlier_releases_queue_it(self):
        ours = {name for name in app.tasks if app.tasks[name].__module__ == tasks.__name__}

        assert ours == {
            "huadu_portal.desk.tasks.remove_expired",
            "huadu_portal.desk.tasks.set_papers",
            "huadu_portal.desk.tasks.watch_calendar",
            "huadu_portal.desk.tasks.watch_sweeps",
        }


class TestOnce:
    def test_does_what_is_late_and_leaves_the_rest(self, done):
        all_swept(MONDAY)
        Sweep.record(Kind.REMIND, MONDAY - DAY)

        call_command("sweeper", once=True)

        assert done == [Kind.REMIND]

    def test_does_the_work_of_every_task(self, accepted, time_machine):
        time_machine.move_to(MONDAY + 21 * DAY, tick=False)

        call_command("sweeper", once=True)

        assert reminders_of(accepted).exists()
        assert set(Sweep.objects.values_list("kind", flat=True)) == set(Kind)
        assert sweeps.late(MONDAY + 21 * DAY) == set()

    @pytest.mark.parametrize(("needed", "taken"), [(3, 3), (100, sweeps.TURNS)])
    def test_gives_one_that_has_more_to_do_some_turns(self, done, monkeypatch, needed, taken):
        turns = []

        def deliver():
            turns.append(1)
            return len(turns) >= needed

        monkeypatch.setitem(sweeps.TASKS, Kind.DELIVER, deliver)

        call_command("sweeper", once=True)

        assert len(turns) == taken
        assert Kind.STRAYS in done

    def test_goes_on_after_one_that_fails_and_says_so(self, done, monkeypatch):
        def fail():
            raise OperationalError

        monkeypatch.setitem(sweeps.TASKS, Kind.DELIVER, fail)

        with pytest.raises(CommandError, match="failed"):
            call_command("sweeper", once=True)

        assert set(done) == set(Kind) - {Kind.DELIVER}
        assert Kind.DELIVER in sweeps.late(MONDAY)


class TestLoop:
    @pytest.mark.parametrize("request_to_stop", [signal.SIGTERM, signal.SIGINT])
    def test_ends_a_sweep_before_it_stops(self, done, monkeypatch, request_to_stop):
        deliver = sweeps.TASKS[Kind.DELIVER]

        def interrupted():
            signal.pthread_kill(threading.get_ident(), request_to_stop)
            deliver()

        monkeypatch.setitem(sweeps.TASKS, Kind.DELIVER, interrupted)

        call_command("sweeper")

        assert set(done) == set(Kind)

    def test_looks_again_and_survives_a_database_that_is_away(self, done, monkeypatch):
        answers = iter([OperationalError(), OperationalError(), None])
        renewed = []
        monkeypatch.setattr(sweeper, "PERIOD", 0)
        monkeypatch.setattr(sweeper, "close_old_connections", lambda: renewed.append(1))

        def look(at):
            if error := next(answers):
                raise error
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
            return {}

        monkeypatch.setattr(sweeper, "do_late", look)

        call_command("sweeper")

        assert next(answers, "asked three times") == "asked three times"
        assert len(renewed) == 2
