import pytest

from huadu_portal.workdays import operations
from tests.workdays.moments import MONDAY


@pytest.fixture
def packaged(db):
    """The calendar as the migration leaves it, also after a test that emptied the tables."""
    operations.load_packaged_years(at=MONDAY)
