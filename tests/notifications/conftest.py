import pytest

from huadu_portal.notifications.models import Delivery
from tests.notifications.test_notify import tell


@pytest.fixture
def row(alice):
    """A mail to Alice that is due."""
    tell(alice)
    return Delivery.objects.get()
