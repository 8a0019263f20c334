"""What holds after every fault, whatever it was (quality.md §2); each test here ends with it."""

from huadu_portal.desk.metrics import unsent
from huadu_portal.notifications.channels import message_id
from huadu_portal.notifications.models import Delivery
from tests.faults.cast import all_sent
from tests.faults.waiting import eventually

RECOVERY = 30  # seconds, by I8


def check(portal) -> None:
    """Once the fault is over: the pages answer, `manage.py reconcile` has nothing to say, and
    the mail server holds every mail that was sent."""
    portal.heal()
    if portal.web_runs:
        eventually(portal.is_healthy, within=RECOVERY)
    eventually(lambda: is_settled(portal))
    status, said = portal.finished("reconcile")
    assert status == 0, said
    lost = missing(portal.sink)
    assert not lost, f"The mail server never had {lost}."


def is_settled(portal) -> bool:
    """Whether nothing is left to do; the fallback does what is, as the hours go by."""
    if all_sent() and not unsent(portal.clock.now()):
        return True
    portal.let_pass(hours=1)
    portal.finished("sweeper", "--once")
    return False


def missing(sink) -> list[str]:
    """Mails that are said to have been sent, and that no mail server has had."""
    sent = Delivery.objects.filter(state=Delivery.State.SENT, channel="email")
    # The parts of a digest share its mail.
    ids = {message_id(row) for row in sent.filter(digest=None).only("created_at")}
    return sorted(ids - set(sink.ids))
