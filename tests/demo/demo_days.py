"""The days on which the tests load the demonstration."""

from datetime import date

AUTUMN = date(2026, 11, 24)
BEFORE_MARCH = date(2026, 2, 10)
OF_THE_ARTICLE = date(2024, 9, 5)
# A Sunday: nothing short can be due today.
DAY_OFF = date(2026, 3, 22)
