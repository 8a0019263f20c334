"""Writes data/statutory.toml anew, by the rules of the `holidays` library."""

import holidays
from django.core.management.base import BaseCommand

from huadu_portal.workdays.statutory import FILE, FIRST_YEAR, LAST_YEAR

HEAD = """\
# First days of 春节 (除夕), 清明节, 端午节 and 中秋节 of each year.
# Written by `manage.py write_statutory_holidays`; a test holds it against the library.

"""
# As the library calls the first day of each.
NAMES = [
    "Chinese New Year's Eve",
    "Tomb-Sweeping Day",
    "Dragon Boat Festival",
    "Mid-Autumn Festival",
]


def content() -> str:
    rows = [
        f"{year} = [{', '.join(map(str, first_days(year)))}]\n"
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    ]
    return HEAD + "".join(rows)


def first_days(year: int) -> list:
    by_rule = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
    return [min(by_rule.get_named(name, lookup="icontains")) for name in NAMES]


class Command(BaseCommand):
    help = "Writes the table of statutory holidays (2025 to 2099) anew."

    def handle(self, *args, **options):
        FILE.write_text(content(), encoding="utf-8")
        self.stdout.write(str(FILE))
