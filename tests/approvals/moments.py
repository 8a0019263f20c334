"""What several test modules of the items do in the same way."""

import threading
from contextlib import suppress

from django.db import connection
from django.urls import reverse

from approvals import operations
from huadu_portal.notifications.models import Notification
from tests.conftest import MONDAY, stock


def url_of(item, act):
    return reverse(f"approvals:{act}", args=[item.pk])


def told(kind):
    """Who has been told, by username."""
    rows = Notification.objects.filter(kind=kind).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


def accepted_by(item, *, firm, officer, at=MONDAY):
    stock(item, firm)
    item = operations.submit(item, by=firm, at=at, version=item.version)
    return operations.accept(item, by=officer, at=at, version=item.version)


def at_once(*acts):
    """What came of acts that run at the same moment: "done" or the error's name."""
    outcomes = []

    def run(act):
        try:
            act()
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def waiting_for_each_other(function, parties=2):
    """The function, each caller of which first waits for the others to be as far.

    A lock makes that impossible: the first gives up waiting and goes on.
    """
    all_are_here = threading.Barrier(parties)

    def meet(*args, **kwargs):
        with suppress(threading.BrokenBarrierError):
            all_are_here.wait(timeout=1)
        return function(*args, **kwargs)

    return meet
