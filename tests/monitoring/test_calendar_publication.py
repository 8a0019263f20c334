"""Publishing a calendar: what it shows before, what it moves, and who may not slip through.

The design review of Monday 3 March 2025 is promised within ten working days, by the 17th.
"""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.acts import operations as acts
from approvals.items.operations import dates
from approvals.models import ApprovalItem, Ground
from huadu_portal.escalation import operations as escalation
from huadu_portal.monitoring.calendar_publication import preview, publish
from huadu_portal.workdays.models import CalendarChange, PublishedYear, SpecialDay
from huadu_portal.workdays.published import calendar, version
from projects.models import MaterialKind
from projects.operations import add_document
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI, item_of, stock
from tests.escalation.reminders import reminders_of
from tests.workdays.notices import NEW_YEAR_2027, of_2027, with_days_off

EXTRA = date(2025, 3, 10)
DECEMBER = datetime(2026, 12, 28, 9, 30, tzinfo=SHANGHAI)
WORKLIST = reverse("admin:approvals_approvalitem_changelist")
DATES = ["notice_due_on", "due_on", "statutory_due_on", "near_on", "deliver_by"]


@pytest.fixture
def late(item, alice, omar, time_machine):
    """Accepted on 28 December 2026: promised by a day of 2027, which has no notice yet."""
    time_machine.move_to(DECEMBER + HOUR)
    stock(item, alice)
    item = acts.submit(item, by=alice, at=DECEMBER, version=item.version)
    return acts.accept(item, by=omar, at=DECEMBER, version=item.version)


def desk_page(item):
    return reverse("admin:approvals_approvalitem_change", args=[item.pk])


def stored(item):
    return ApprovalItem.objects.values().get(pk=item.pk)


def asked(act, *args, **kwargs):
    """How many statements an act takes."""
    calendar()
    with CaptureQueriesContext(connection) as captured:
        act(*args, **kwargs)
    return len(captured)


def stopped_on_wednesday(item, omar, firm, pdf):
    """A special procedure for five days, with its notice."""
    notice = add_document(
        firm, by=omar, at=MONDAY, kind=MaterialKind.objects.first(), upload=pdf
    )
    return acts.suspend(
        item,
        by=omar,
        at=MONDAY + 2 * DAY,
        version=item.version,
        ground=Ground.EXPERT_REVIEW,
        expected_days=5,
        notice_file=notice,
    )


def rows():
    models = [ApprovalItem, SpecialDay, PublishedYear, CalendarChange]
    return [list(model.objects.order_by("pk").values()) for model in models], version()


class TestPreview:
    def test_names_every_day_and_every_due_date(self, accepted):
        found = preview(with_days_off(2025, EXTRA))

        [day], [move] = found.days, found.moves
        assert (day.date, day.is_workday, day.name) == (EXTRA, False, "临时放假")
        assert move.item_id == accepted.pk
        assert ("due_on", date(2025, 3, 17), date(2025, 3, 18)) in [
            (moved.field, moved.old, moved.new) for moved in move.due_dates
        ]

    def test_changes_nothing(self, accepted):
        before = rows()

        preview(with_days_off(2025, EXTRA))

        assert rows() == before

    def test_is_what_then_moves(self, accepted, late_project):
        before = {item.pk: item for item in ApprovalItem.objects.all()}
        notice = with_days_off(2025, EXTRA, date(2025, 3, 4))

        found = preview(notice)
        publish(notice, by=None, at=MONDAY)

        shown = {
            (move.item_id, moved.field, moved.old, moved.new)
            for move in found.moves
            for moved in move.due_dates
        }
        done = {
            (item.pk, name, getattr(before[item.pk], name), getattr(item, name))
            for item in ApprovalItem.objects.all()
            for name in DATES
            if name != "near_on" and getattr(item, name) != getattr(before[item.pk], name)
        }
        assert shown == done
        assert len({pk for pk, *_ in done}) == 3

    def test_asks_no_more_for_more_items(self, accepted, request):
        few = asked(preview, with_days_off(2025, EXTRA))

        request.getfixturevalue("late_project")

        assert asked(preview, with_days_off(2025, EXTRA)) == few

    def test_refuses_a_notice_that_is_none(self, catalogue):
        short = with_days_off(2025)
        short = type(short)(2025, short.source, short.days[5:])

        with pytest.raises(ValidationError, match="2025-01-01"):
            preview(short)


@pytest.fixture
def late_project(other_project, omar, bob):
    """Bob's two items: one waits for an answer, of one the result is to be delivered."""
    review = item_of(other_project, "HD-GC-01")
    stock(review, bob)
    review = acts.submit(review, by=bob, at=MONDAY, version=review.version)
    review = acts.accept(review, by=omar, at=MONDAY, version=review.version)
    acts.grant(review, by=omar, at=MONDAY + DAY, version=review.version)
    waiting = other_project.items.filter(status="ready").exclude(
        approval_type__promised_days=None
    )
    waiting = waiting.select_related("project", "approval_type").first()
    stock(waiting, bob)
    acts.submit(waiting, by=bob, at=MONDAY, version=waiting.version)
    return other_project


class TestPublish:
    def test_moves_the_dates_and_begins_a_new_epoch(self, accepted):
        publish(with_days_off(2025, EXTRA), by=None, at=MONDAY)

        moved = stored(accepted)
        assert (moved["due_on"], moved["near_on"], moved["epoch"]) == (
            date(2025, 3, 18),
            date(2025, 3, 13),
            accepted.epoch + 1,
        )
        # No event has happened to the item: what a person saw of it still holds.
        assert moved["version"] == accepted.version

    def test_leaves_alone_what_does_not_move(self, accepted):
        # The sweep has come as far as the second rung.
        escalation.remind(datetime(2025, 3, 12, 9, tzinfo=SHANGHAI))
        before = stored(accepted)

        publish(with_days_off(2025, date(2025, 7, 1)), by=None, at=MONDAY)

        assert stored(accepted) == before

    def test_an_ended_item_keeps_the_date_it_was_measured_by(self, granted):
        before = stored(granted)

        publish(with_days_off(2025, date(2025, 3, 6)), by=None, at=MONDAY)

        after = stored(granted)
        assert after["due_on"] == before["due_on"]
        assert after["deliver_by"] == before["deliver_by"] + DAY

    def test_a_rung_that_lay_on_a_new_day_off_waits_for_the_next_day(self, accepted):
        """The due date stays, the day after it does not."""
        escalation.remind(datetime(2025, 3, 12, 9, tzinfo=SHANGHAI))

        publish(with_days_off(2025, date(2025, 3, 18)), by=None, at=MONDAY)

        escalation.remind(datetime(2025, 3, 18, 10, tzinfo=SHANGHAI))
        assert not reminders_of(accepted, rung="overdue").exists()
        escalation.remind(datetime(2025, 3, 19, 9, tzinfo=SHANGHAI))
        told = reminders_of(accepted, is_superseded=False)
        rungs = told.values_list("rung", "epoch")
        assert sorted(rungs) == [("near", accepted.epoch), ("overdue", accepted.epoch)]

    def test_a_rung_that_has_come_nearer_is_told_on_its_new_day(self, accepted):
        """The third working day after the promise: the 21st while the 19th is off."""
        publish(with_days_off(2025, date(2025, 3, 19)), by=None, at=MONDAY)
        escalation.remind(datetime(2025, 3, 18, 9, tzinfo=SHANGHAI))

        publish(with_days_off(2025), by=None, at=MONDAY)

        escalation.remind(datetime(2025, 3, 20, 9, tzinfo=SHANGHAI))
        assert reminders_of(accepted, rung="supervision").exists()

    def test_reminders_are_due_again_by_the_new_dates(self, accepted):
        escalation.remind(datetime(2025, 3, 12, 9, tzinfo=SHANGHAI))

        publish(with_days_off(2025, date(2025, 3, 13)), by=None, at=MONDAY)
        escalation.remind(datetime(2025, 3, 12, 10, tzinfo=SHANGHAI))

        epochs = reminders_of(accepted, rung="near")
        assert sorted(epochs.values_list("epoch", flat=True)) == [
            accepted.epoch,
            accepted.epoch + 1,
        ]

    def test_equals_dates_computed_from_scratch(self, accepted, late_project):
        notice = with_days_off(2025, EXTRA, date(2025, 3, 4))

        publish(notice, by=None, at=MONDAY)

        for item in ApprovalItem.objects.filter(status="accepted"):
            was = {name: getattr(item, name) for name in DATES}
            dates.recompute(item, calendar())
            assert {name: getattr(item, name) for name in was} == was

    def test_a_stop_is_counted_in_days_of_the_new_calendar(self, accepted, omar, firm, pdf):
        """From the 5th to the 12th: five working days, four once the 10th is off."""
        stopped = stopped_on_wednesday(accepted, omar, firm, pdf)
        running = acts.resume(stopped, by=omar, at=MONDAY + 9 * DAY, version=stopped.version)
        assert running.due_on == date(2025, 3, 24)

        publish(with_days_off(2025, EXTRA), by=None, at=MONDAY)

        # A day less stopped, a day more off: the date stays.
        assert stored(accepted)["due_on"] == date(2025, 3, 24)
        publish(with_days_off(2025, EXTRA, date(2025, 3, 20)), by=None, at=MONDAY)
        assert stored(accepted)["due_on"] == date(2025, 3, 25)

    def test_a_stopped_item_waits_for_its_clock(self, accepted, omar, firm, pdf):
        stopped_on_wednesday(accepted, omar, firm, pdf)

        publish(with_days_off(2025, EXTRA), by=None, at=MONDAY)

        after = stored(accepted)
        assert (after["due_on"], after["near_on"]) == (date(2025, 3, 18), date(2025, 3, 13))

    def test_publishing_the_old_calendar_again_takes_the_dates_back(self, accepted):
        before = stored(accepted)

        publish(with_days_off(2025, EXTRA), by=None, at=MONDAY)
        publish(with_days_off(2025), by=None, at=MONDAY)

        assert stored(accepted) == before | {"epoch": before["epoch"] + 2}

    def test_asks_no_more_for_more_items(self, accepted, request):
        few = asked(publish, with_days_off(2025, EXTRA), by=None, at=MONDAY)

        request.getfixturevalue("late_project")

        assert asked(publish, with_days_off(2025), by=None, at=MONDAY) == few


class TestProvisional:
    def test_a_date_in_a_year_without_a_notice_is_marked(self, late):
        publish(with_days_off(2026, date(2026, 6, 30)), by=None, at=MONDAY)

        assert stored(late)["is_provisional"]

    def test_the_mark_stands_beside_the_date(self, late, client, alice, omar):
        publish(with_days_off(2026, date(2026, 6, 30)), by=None, at=MONDAY)
        pages = [(alice, late.get_absolute_url()), (omar, WORKLIST), (omar, desk_page(late))]

        for person, address in pages:
            client.force_login(person)
            assert "tag-yellow provisional" in client.get(address).content.decode()

    def test_publication_takes_the_mark_away(self, late):
        publish(of_2027(), by=None, at=DECEMBER)

        assert not stored(late)["is_provisional"]

    def test_and_moves_the_date(self, late):
        [move] = preview(of_2027(*NEW_YEAR_2027)).moves

        publish(of_2027(*NEW_YEAR_2027), by=None, at=DECEMBER)

        after = stored(late)
        # Two days more off, a Sunday worked.
        assert calendar().count(late.due_on, after["due_on"]) == 1
        assert not move.is_provisional

    def test_the_mark_alone_begins_no_new_epoch(self, late):
        notice = of_2027()
        notice = type(notice)(
            2027, notice.source, tuple(d for d in notice.days if not d.is_workday)
        )

        publish(notice, by=None, at=DECEMBER)

        after = stored(late)
        assert (after["is_provisional"], after["epoch"]) == (False, late.epoch)


class TestAudit:
    def test_says_who_what_and_how_much(self, accepted, tom):
        before = version()

        change = publish(with_days_off(2025, EXTRA), by=tom, at=MONDAY)

        change.refresh_from_db()
        assert (change.by, change.at, change.year, change.items_moved) == (
            tom,
            MONDAY,
            2025,
            1,
        )
        assert change.days == [["2025-03-10", False, "临时放假"]]
        assert (change.version_before, change.version_after) == (before, version())

    @pytest.mark.parametrize("act", ["update", "delete"])
    def test_cannot_be_rewritten(self, catalogue, act):
        publish(of_2027(), by=None, at=MONDAY)
        change = CalendarChange.objects.all()

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change.update(items_moved=0) if act == "update" else change.delete()

    def test_without_its_row_nothing_has_changed(self, accepted, monkeypatch):
        def fail(**fields):
            raise DatabaseError("no room")

        before = rows()
        monkeypatch.setattr(CalendarChange.objects, "create", fail)

        with pytest.raises(DatabaseError):
            publish(with_days_off(2025, EXTRA), by=None, at=MONDAY)

        assert rows() == before
