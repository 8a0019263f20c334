"""Every test begins at an hour of its own, whatever the machine's clock says."""

from huadu_portal.clock import now
from tests.conftest import FRIDAY, HOUR, LONG_AFTER


def test_is_that_of_a_working_day():
    assert LONG_AFTER <= now() < LONG_AFTER + HOUR


def test_before_a_door_no_limit_of_the_fixtures_has_ended(client, application):
    assert FRIDAY <= now() < FRIDAY + HOUR
