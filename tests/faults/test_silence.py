"""Sweeps that fall silent on real processes: done by the fallback, told of once."""

from datetime import timedelta

from huadu_portal.monitoring.models import Silence
from huadu_portal.notifications.models import Notification, Sweep
from tests.conftest import person
from tests.faults.cast import arrived, write_mails
from tests.faults.portal import kill
from tests.faults.waiting import eventually


def test_with_beat_gone_the_sweeper_does_the_work_and_tells_once(portal, tom, sink):
    beat = portal.start_beat()
    for queue in ("reminders", "deliveries", "previews", "reports"):
        portal.start_worker(queue)
    portal.let_pass(minutes=1)
    eventually(lambda: Sweep.objects.count() >= 5)
    kill(beat)

    portal.let_pass(minutes=3)
    sweeper = portal.start_sweeper()
    eventually(Silence.objects.filter(kind=Sweep.Kind.DELIVER).exists)
    kill(sweeper)
    addresses = write_mails(1, portal.clock.now())
    for minutes in (3, 3, 3):
        portal.let_pass(minutes=minutes)
        eventually(lambda: not portal.manage("sweeper", "--once").process.wait(60))

    assert addresses | {tom.email} == arrived(sink)
    told = Notification.objects.filter(kind="sweep_silent")
    names = [message.params["sweeps_en"] for message in told]
    assert sum("sending what is due" in each for each in names) == 1

    portal.start_beat("beat-again")
    portal.let_pass(minutes=1)
    eventually(lambda: not Silence.objects.filter(kind=Sweep.Kind.DELIVER).exists())


def test_a_dead_worker_is_noticed_by_the_other_queues(portal, tom):
    person("tim", "system_admin")
    portal.start_beat()
    portal.start_worker("reports")
    doomed = portal.start_worker("reminders")
    portal.let_pass(minutes=1)
    eventually(Sweep.objects.filter(kind=Sweep.Kind.REMIND).exists)
    kill(doomed)

    for _ in range(5):
        a_minute_passes(portal)

    told = Notification.objects.filter(
        kind="sweep_silent", params__sweeps_en__icontains="reminders"
    )
    eventually(told.exists)
    assert {message.recipient.username for message in told} == {"tim", "tom"}


def a_minute_passes(portal):
    """Long enough for beat to have sent round those that still run."""
    at = portal.clock.now() + timedelta(seconds=55)
    portal.let_pass(minutes=1)
    eventually(Sweep.objects.filter(kind=Sweep.Kind.PAPERS, finished_at__gt=at).exists)
