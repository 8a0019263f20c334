import pytest
from django.contrib.auth import get_user_model


@pytest.fixture
def ann(db):
    return get_user_model().objects.create_user("ann", "ann@example.com")


@pytest.fixture
def ben(db):
    return get_user_model().objects.create_user("ben", "ben@example.com")
