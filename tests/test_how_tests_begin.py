"""Every test begins in an office hour and in Chinese, whatever came before."""

import pytest
from django.utils import translation

from huadu_portal.clock import now
from tests.conftest import FRIDAY, HOUR, LONG_AFTER


def test_the_hour_is_that_of_a_working_day():
    assert LONG_AFTER <= now() < LONG_AFTER + HOUR


def test_at_a_page_no_limit_of_the_fixtures_has_ended(client, application):
    assert FRIDAY <= now() < FRIDAY + HOUR


@pytest.mark.parametrize("left_behind", ["en", "ja"])
def test_the_language_is_that_of_the_portal(left_behind):
    assert translation.get_language() == "zh-hans"
    translation.activate(left_behind)
