from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huadu_portal.workdays import notices, statutory
from huadu_portal.workdays.arithmetic import Calendar

NOTICES = notices.packaged()
CALENDAR = Calendar(
    {day.date: day.is_workday for notice in NOTICES for day in notice.days},
    {notice.year for notice in NOTICES},
    statutory.holidays(),
)
EVERY_DAY = [date(2018, 1, 1) + timedelta(n) for n in range(3287)]
# Before, within and after both tables: the notices' and the statutory holidays'.
days = st.dates(date(1900, 1, 1), date(2200, 12, 31)) | st.dates(
    date(2017, 1, 1), date(2042, 12, 31)
)


def on(year, month, day):
    return date(year, month, day)


class TestAdd:
    @pytest.mark.parametrize(
        ("accepted", "limit", "due"),
        [
            # counted on the notices of the State Council for 2024 to 2026
            (on(2024, 9, 5), 6, on(2024, 9, 13)),
            (on(2024, 9, 13), 1, on(2024, 9, 14)),
            (on(2024, 9, 13), 3, on(2024, 9, 19)),
            (on(2024, 9, 27), 3, on(2024, 10, 8)),
            (on(2024, 9, 30), 20, on(2024, 11, 1)),
            (on(2024, 10, 1), 5, on(2024, 10, 14)),
            (on(2025, 1, 24), 5, on(2025, 2, 7)),
            (on(2025, 1, 26), 1, on(2025, 1, 27)),
            (on(2025, 9, 28), 7, on(2025, 10, 14)),
            (on(2026, 1, 4), 1, on(2026, 1, 5)),
            (on(2026, 2, 13), 5, on(2026, 2, 27)),
            (on(2026, 2, 28), 20, on(2026, 3, 27)),
            (on(2026, 9, 30), 10, on(2026, 10, 20)),
            # 行政许可法第42、32、44条: statutory, extended and joint limits, notice, delivery
            (on(2024, 9, 5), 20, on(2024, 10, 10)),
            (on(2024, 9, 5), 30, on(2024, 10, 23)),
            (on(2024, 9, 5), 45, on(2024, 11, 13)),
            (on(2024, 9, 27), 5, on(2024, 10, 10)),
            (on(2024, 9, 29), 10, on(2024, 10, 17)),
        ],
    )
    def test_agrees_with_the_vectors(self, accepted, limit, due):
        assert CALENDAR.add(accepted, limit) == due

    def test_a_pause_moves_the_end_by_its_working_days(self):
        pause = CALENDAR.count(on(2024, 9, 9), on(2024, 9, 12))

        assert CALENDAR.add(on(2024, 9, 5), 6 + pause) == on(2024, 9, 19)

    @given(days, st.integers(0, 400))
    def test_agrees_with_counting_day_by_day(self, start, limit):
        assert CALENDAR.add(start, limit) == day_by_day(start, limit)

    @given(days, st.integers(0, 400))
    def test_a_calendar_limit_ends_on_a_working_day(self, start, limit):
        due = CALENDAR.add(start, limit, "calendar")

        assert due == day_by_day(start + timedelta(limit), 0)

    def test_a_calendar_limit_rolls_off_the_national_holiday(self):
        assert CALENDAR.add(on(2024, 9, 1), 30, "calendar") == on(2024, 10, 8)

    @pytest.mark.parametrize("start", [date(1, 1, 1), date(2018, 12, 31), date(9000, 1, 1)])
    @pytest.mark.parametrize("unit", ["working", "calendar"])
    def test_no_date_is_too_early_or_too_late(self, start, unit):
        assert CALENDAR.add(start, 20, unit) > start

    @given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(-5000, 5000))
    def test_never_fails_from_1900_to_2200(self, start, limit):
        due = CALENDAR.add(start, limit)

        assert (due >= start) if limit >= 0 else (due < start)

    def test_counts_back_beyond_the_first_published_day(self):
        assert CALENDAR.add(on(2018, 1, 2), -2) == on(2017, 12, 28)

    def test_without_a_calendar_weekdays_are_working_days(self):
        assert Calendar({}, ()).add(on(2026, 10, 1), 1) == on(2026, 10, 2)


class TestCount:
    @given(days, st.integers(0, 4000))
    def test_agrees_with_counting_day_by_day(self, start, length):
        end = start + timedelta(length)
        span = (start + timedelta(n) for n in range((end - start).days))

        assert CALENDAR.count(start, end) == sum(map(works, span))

    @given(days, days)
    def test_backwards_is_negative(self, start, end):
        assert CALENDAR.count(start, end) == -CALENDAR.count(end, start)

    @given(days, st.integers(0, 400))
    def test_undoes_add(self, start, limit):
        due = CALENDAR.add(start, limit)

        assert CALENDAR.count(start, due) == limit

    @pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
    def test_a_year_has_the_working_days_of_its_notice(self, year, working):
        assert CALENDAR.count(date(year, 1, 1), date(year + 1, 1, 1)) == working


class TestNeighbours:
    @given(days)
    def test_next_and_previous_are_the_nearest_working_days(self, day):
        after, before = CALENDAR.next_workday(day), CALENDAR.previous_workday(day)

        assert before < day < after
        assert CALENDAR.count(before, after) == 1 + works(day)
        assert works(before)
        assert works(after)

    @given(days)
    def test_rolling_stays_on_a_working_day(self, day):
        assert CALENDAR.roll(day) == (day if works(day) else CALENDAR.next_workday(day))


class TestDays:
    def test_every_day_of_2018_to_2026_is_what_both_libraries_say(self):
        ours = [CALENDAR.is_workday(day) for day in EVERY_DAY]
        other = holidays.country_holidays("CN", years=range(2018, 2027))

        assert (EVERY_DAY[-1], len(ours)) == (on(2026, 12, 31), 3287)
        assert ours == [chinese_calendar.is_workday(day) for day in EVERY_DAY]
        assert ours == [other.is_working_day(day) for day in EVERY_DAY]

    def test_only_published_years_are_certain(self):
        years = range(2017, 2042)
        certain = [y for y in years if not CALENDAR.is_provisional(date(y, 6, 1))]

        assert certain == list(range(2018, 2027))

    @pytest.mark.parametrize(
        ("start", "end", "provisional"),
        [
            (on(2026, 1, 1), on(2026, 12, 31), False),
            (on(2026, 12, 31), on(2027, 1, 4), True),
            (on(2017, 12, 31), on(2018, 1, 2), True),
        ],
    )
    def test_a_count_into_an_unpublished_year_is_provisional(self, start, end, provisional):
        assert CALENDAR.rests_on_provisional(start, end) is provisional


class TestProvisional:
    @pytest.mark.parametrize(
        ("day", "is_workday"),
        [
            (on(2027, 1, 1), False),  # 元旦, a Friday
            (on(2027, 2, 5), False),  # 除夕, a Friday
            (on(2027, 2, 8), False),  # 初三, a Monday
            (on(2027, 2, 9), True),  # only the notice could move a day here
            (on(2027, 4, 5), False),  # 清明, a Monday
            (on(2027, 5, 3), True),  # a Monday: of 劳动节 the law knows two days
            (on(2027, 6, 9), False),  # 端午, a Wednesday
            (on(2027, 9, 15), False),  # 中秋, a Wednesday
            (on(2027, 10, 1), False),
            (on(2027, 10, 4), True),
            (on(2024, 10, 1), False),
            (on(2150, 10, 1), True),  # beyond the table: weekdays alone
        ],
    )
    def test_a_year_without_a_notice_is_weekdays_less_statutory_holidays(self, day, is_workday):
        assert CALENDAR.is_workday(day) is is_workday

    def test_a_notice_outdoes_the_statutory_holidays(self):
        strange = Calendar({on(2027, 1, 1): True}, {2027}, statutory.holidays())

        assert strange.is_workday(on(2027, 1, 1))
        assert strange.is_workday(on(2027, 2, 5))
        assert not strange.is_workday(on(2028, 1, 26))


class TestPackage:
    def test_the_pure_modules_need_no_django(self):
        folder = Path(notices.__file__).parent
        for name in ["arithmetic.py", "notices.py", "statutory.py"]:
            assert "django" not in (folder / name).read_text().replace("Django", "")


NAMED = {d.date: d.is_workday for notice in NOTICES for d in notice.days}


YEARS = {notice.year for notice in NOTICES}


def works(day):
    """The naive way: the notice's word, without one the law's, otherwise the weekday."""
    if day.year not in YEARS and day in statutory.holidays():
        return False
    return NAMED.get(day, day.weekday() < 5)


def day_by_day(start, days):
    while not works(start):
        start += timedelta(1)
    while days:
        start += timedelta(1)
        days -= works(start)
    return start
