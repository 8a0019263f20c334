"""What holds after every fault, whatever it was (docs/quality.md); each test here ends with it."""

from huadu_portal.accounts.models import User
from huadu_portal.monitoring.metrics import reminders_due
from huadu_portal.notifications.channels import message_id
from huadu_portal.notifications.models import Delivery
from tests.conftest import person
from tests.faults.cast import all_sent
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually

RECOVERY = 30  # seconds, by I8 of docs/quality.md


def check(portal, *, given_up: int = 0) -> None:
    """Once the fault is over: the pages answer, `manage.py reconcile` has nothing to say, and
    the mail server holds every mail that was sent. Only so many were given up."""
    portal.heal()
    if portal.web_runs:
        eventually(lambda: pages_answer(portal), within=RECOVERY)
    eventually(lambda: is_settled(portal))
    status, said = portal.finished("reconcile")
    assert status == 0, said
    lost = missing(portal.sink)
    assert not lost, f"The mail server never had {lost}."
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    assert dead.count() == given_up, [(each.to, each.error) for each in dead]


def pages_answer(portal) -> bool:
    """One that anybody may read, and one for which a session has to be found."""
    reader = User.objects.filter(username="afterwards").first() or person("afterwards")
    public, own = (
        Visitor(portal).get("/catalogue/"),
        Visitor(portal, reader).get("/notifications/"),
    )
    # Whom it does not know it would send to the sign-in page.
    return (public.status_code, own.status_code, own.history) == (200, 200, [])


def is_settled(portal) -> bool:
    """Whether nothing is left to do; the fallback does what is, as the hours go by."""
    if all_sent() and not reminders_due(portal.clock.now()):
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
