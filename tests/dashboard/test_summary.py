"""Figures: which year counts, what is on time, whose hand it is in."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from approvals.acts import operations
from approvals.models import ApprovalItem, Commitment, Status
from huadu_portal.dashboard.departments import Share
from huadu_portal.dashboard.figures import LISTINGS, table
from huadu_portal.dashboard.scope import Scope
from huadu_portal.dashboard.summary import figure_year, summary, to_yi
from tests.approvals.moments import resumed_by, suspended_by
from tests.conftest import DAY, MONDAY, SHANGHAI, item_of

pytestmark = pytest.mark.django_db


def granted(item, by, at):
    return operations.grant(item, by=by, at=at, version=item.version)


class TestDays:
    @pytest.mark.parametrize(
        ("day", "year"), [((2026, 2, 28), 2025), ((2026, 3, 1), 2026), ((2026, 1, 1), 2025)]
    )
    def test_before_march_the_last_year_counts(self, day, year):
        assert figure_year(date(*day)) == year

    def test_decided_on_the_promised_day_is_on_time(self, accepted, omar):
        granted(accepted, omar, datetime.combine(accepted.due_on, time(23, 59), SHANGHAI))

        assert summary(at=MONDAY + 60 * DAY, year=2025).on_time == Share(1, 1)

    def test_decided_a_minute_after_midnight_is_late(self, accepted, omar):
        granted(accepted, omar, datetime.combine(accepted.due_on + DAY, time(0, 1), SHANGHAI))

        assert summary(at=MONDAY + 60 * DAY, year=2025).on_time == Share(0, 1)

    def test_a_limit_that_was_missed_before_it_was_extended_is_late(self, accepted, omar, hana):
        """In the sum, the department's row, the list behind it and the export."""
        missed = datetime.combine(accepted.due_on + DAY, time(9), SHANGHAI)
        extended = operations.extend(
            accepted,
            by=hana,
            at=missed,
            version=accepted.version,
            days=10,
            note="案情复杂",
            late=True,
        )
        decided = granted(extended, omar, missed + DAY)

        figures, scope = summary(at=missed + DAY, year=2025), Scope(missed.date(), 2025)
        (row,) = (each for each in figures.departments if each.code == "planning")
        _heading, line = table(LISTINGS["late"], scope.late(), scope)

        assert decided.decided_at.date() <= decided.due_on
        assert figures.on_time == row.on_time == Share(0, 1)
        assert line[-2:] == [missed.date(), None]

    def test_a_limit_that_was_missed_before_it_was_stopped_is_late(self, accepted, omar):
        missed = datetime.combine(accepted.due_on + DAY, time(9), SHANGHAI)
        resumed = resumed_by(suspended_by(accepted, omar, missed), omar, missed + DAY)
        granted(resumed, omar, missed + 2 * DAY)

        assert summary(at=missed + 2 * DAY, year=2025).on_time == Share(0, 1)

    @pytest.mark.parametrize(("at", "counts"), [((2024, 12, 31), 1), ((2025, 1, 1), 0)])
    def test_a_year_ends_at_its_last_midnight(self, accepted, at, counts):
        ApprovalItem.objects.filter(pk=accepted.pk).update(
            status=Status.GRANTED,
            decided_at=datetime.combine(date(*at), time(0, 1), SHANGHAI),
        )

        assert summary(at=MONDAY, year=2024).on_time.whole == counts

    def test_an_item_in_the_firms_court_is_not_in_a_departments_hand(self, project):
        item = item_of(project, "HD-GC-01")

        rows = {row.code: row for row in summary(at=MONDAY).departments}

        assert item.status == Status.READY
        assert rows["planning"].open == 0

    def test_an_item_with_two_broken_promises_is_one_item(self, accepted):
        for text in ("补交图纸", "补交公示照片"):
            Commitment.objects.create(
                item=accepted,
                source="tolerant",
                text=text,
                due_on=MONDAY.date(),
                made_at=MONDAY,
            )

        rows = {row.code: row for row in summary(at=MONDAY + 7 * DAY).departments}

        assert rows["planning"].missed == 1


@pytest.mark.parametrize("limit", ["near_on", "due_on", "statutory_due_on"])
@pytest.mark.parametrize("after", [-1, 0, 1])
def test_lamps_are_counted_as_they_are_shown(accepted, limit, after):
    statutory = accepted.due_on + 5 * DAY
    ApprovalItem.objects.filter(pk=accepted.pk).update(statutory_due_on=statutory)
    item = ApprovalItem.objects.get(pk=accepted.pk)
    day = getattr(item, limit) + after * DAY

    counted = summary(at=datetime.combine(day, time(9), SHANGHAI)).lamps

    assert [lamp for lamp, count in counted.items() if count] == [item.lamp_on(day)]


@pytest.mark.parametrize(("after", "due"), [(-14, 0), (-13, 1), (0, 1), (1, 0)])
def test_as_many_are_due_as_the_list_has(accepted, after, due):
    day = accepted.due_on + after * DAY

    assert summary(at=datetime.combine(day, time(9), SHANGHAI)).due == due
    assert Scope(day, day.year).due().count() == due


class TestArithmetic:
    def test_nothing_has_no_rate(self):
        assert Share(0, 0).rate is None

    def test_a_rate_is_rounded_half_up(self):
        assert Share(1, 16).rate == Decimal("6.3")

    def test_yi_are_rounded_half_up_to_two_places(self):
        assert to_yi(Decimal("150.00")) == Decimal("0.02")
