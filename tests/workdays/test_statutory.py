"""The statutory holidays: the law's days, as the `holidays` library has them by rule."""

from collections import Counter
from datetime import date

import holidays

from huadu_portal.workdays import statutory
from huadu_portal.workdays.management.commands import write_statutory_holidays


def test_agree_with_the_library_on_every_day_to_2099():
    years = range(statutory.FIRST_YEAR, statutory.LAST_YEAR + 1)
    by_rule = holidays.country_holidays("CN", years=years, observed=False, language="en_US")
    # What a notice has moved stands in its own name.
    lawful = {day for day, name in by_rule.items() if "substituted" not in name}

    assert set(statutory.holidays()) == lawful


def test_the_file_is_what_its_command_writes():
    written = statutory.FILE.read_text(encoding="utf-8")

    assert written == write_statutory_holidays.content()


def test_a_year_has_thirteen_of_them():
    named = Counter(statutory.of_year(2027).values())

    assert named == {
        "元旦": 1,
        "春节": 4,
        "清明节": 1,
        "劳动节": 2,
        "端午节": 1,
        "中秋节": 1,
        "国庆节": 3,
    }


def test_spring_festival_begins_on_its_eve():
    assert statutory.holidays()[date(2027, 2, 5)] == "春节"


def test_a_year_outside_the_table_has_none():
    assert (statutory.of_year(2024), statutory.of_year(2100)) == ({}, {})
