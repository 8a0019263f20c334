"""So many unfinished applications a firm may keep, however many are begun at once."""

import threading
from contextlib import suppress

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet

from huadu_portal.errors import NotAllowed
from projects import operations
from projects.models import Application
from projects.operations import applications
from tests.conftest import MONDAY

AT_ONCE = 30


@pytest.fixture
def begun_at_once(monkeypatch, firm, alice):
    """Thirty begin one; each, having counted, waits for the others to have counted too."""
    have_counted = threading.Barrier(AT_ONCE)
    create = Application.objects.create

    def begin():
        while True:
            try:
                operations.start_application(firm, by=alice, at=MONDAY)
                return "begun"
            except NotAllowed:
                return "refused"
            except OperationalError:
                # Not its turn within five seconds: a client is told to come again, and does.
                continue
            finally:
                connection.close()

    def begun_at_once(patience):
        def meet(**fields):
            with suppress(threading.BrokenBarrierError):
                have_counted.wait(timeout=patience)
            return create(**fields)

        outcomes = []
        monkeypatch.setattr(Application.objects, "create", meet)
        threads = [
            threading.Thread(target=lambda: outcomes.append(begin())) for _ in range(AT_ONCE)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    return begun_at_once


@pytest.mark.django_db(transaction=True)
class TestThirtyAtOnce:
    def test_stop_at_the_cap(self, begun_at_once, firm):
        # The lock keeps the others from counting: the first waits for them in vain.
        outcomes = begun_at_once(patience=0.5)

        assert outcomes.count("begun") == applications.MAX_OPEN_DRAFTS
        assert outcomes.count("refused") == AT_ONCE - applications.MAX_OPEN_DRAFTS
        assert firm.applications.count() == applications.MAX_OPEN_DRAFTS

    def test_go_past_it_without_the_lock(self, begun_at_once, monkeypatch, firm):
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)

        assert begun_at_once(patience=60).count("begun") == AT_ONCE


def test_one_more_is_refused_and_a_finished_one_makes_room(firm, alice, application):
    drafts = [
        operations.start_application(firm, by=alice, at=MONDAY)
        for _ in range(applications.MAX_OPEN_DRAFTS)
    ]

    with pytest.raises(NotAllowed):
        operations.start_application(firm, by=alice, at=MONDAY)

    operations.withdraw_application(drafts[0], by=alice, at=MONDAY, version=0)
    operations.start_application(firm, by=alice, at=MONDAY)
