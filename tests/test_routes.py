"""Addresses by key are those that `reverse` gives."""

from uuid import uuid4

import pytest
from django.urls import reverse

from huadu_portal.routes import address

NAMES = [
    "approvals:item",
    "approvals:consultation",
    "approvals:joint_case",
    "agents:project",
    "projects:application",
    "projects:download",
    "admin:approvals_card_change",
]


@pytest.mark.parametrize("name", NAMES)
def test_says_what_django_says(name):
    first, second = uuid4(), uuid4()

    assert address(name, first) == reverse(name, args=[first])
    assert address(name, second) == reverse(name, args=[second])
