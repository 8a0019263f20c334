"""A calendar published while the portal works: refused if stale, and no act between."""

import threading
from contextlib import suppress
from datetime import date

import pytest
from django.db import connection

from approvals.acts import operations as acts
from approvals.acts.operations import intake
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring.calendar_publication import Outdated, preview, publish
from huadu_portal.workdays.notices import packaged
from huadu_portal.workdays.published import calendar
from tests.conftest import DAY, MONDAY, stock
from tests.monitoring.test_calendar_publication import EXTRA, rows, stored
from tests.workdays.notices import of_2027, with_days_off


class TestRefusal:
    def test_of_a_preview_that_no_longer_holds(self, accepted, omar):
        notice = with_days_off(2025, EXTRA)
        seen = preview(notice).fingerprint
        acts.grant(accepted, by=omar, at=MONDAY, version=accepted.version)
        before = rows()

        with pytest.raises(Outdated):
            publish(notice, by=None, at=MONDAY, seen=seen)

        assert rows() == before

    def test_of_a_preview_by_another_calendar(self, catalogue):
        seen = preview(of_2027()).fingerprint
        publish(with_days_off(2025, EXTRA), by=None, at=MONDAY)

        with pytest.raises(Outdated):
            publish(of_2027(), by=None, at=MONDAY, seen=seen)

    def test_of_what_is_in_force_already(self, catalogue):
        notice = next(notice for notice in packaged() if notice.year == 2025)

        with pytest.raises(NotAllowed):
            publish(notice, by=None, at=MONDAY)

    def test_what_was_seen_is_done(self, accepted):
        notice = with_days_off(2025, EXTRA)

        publish(notice, by=None, at=MONDAY, seen=preview(notice).fingerprint)

        assert stored(accepted)["due_on"] == date(2025, 3, 18)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    """An act has read the old calendar when a new one is published, or the reverse."""

    def race(self, monkeypatch, act):
        """Publish while `act` stands between asking for the calendar and writing by it."""
        has_read, may_write = threading.Event(), threading.Event()
        ask = intake.calendar

        def ask_and_wait():
            found = ask()
            has_read.set()
            may_write.wait(timeout=1)
            return found

        monkeypatch.setattr(intake, "calendar", ask_and_wait)
        publishing = threading.Thread(target=self.publish_once, args=(has_read, may_write))
        publishing.start()
        with suppress(NotAllowed):
            act()
        publishing.join()

    def publish_once(self, has_read, may_write):
        try:
            has_read.wait(timeout=2)
            publish(with_days_off(2025, EXTRA), by=None, at=MONDAY)
        finally:
            may_write.set()
            connection.close()

    def test_an_acceptance_never_keeps_a_date_by_the_old_calendar(
        self, submitted, omar, monkeypatch
    ):
        self.race(
            monkeypatch,
            lambda: acts.accept(submitted, by=omar, at=MONDAY, version=submitted.version),
        )

        assert stored(submitted)["due_on"] == date(2025, 3, 18)

    def test_a_submission_never_keeps_an_answer_date_by_the_old_calendar(
        self, item, alice, monkeypatch
    ):
        at = MONDAY + 3 * DAY
        stock(item, alice)

        self.race(
            monkeypatch,
            lambda: acts.submit(item, by=alice, at=at, version=item.version),
        )

        after = stored(item)
        limit = item.approval_type.notice_days
        assert after["notice_due_on"] == calendar().add(at.date(), limit)
        assert after["notice_due_on"] > EXTRA
