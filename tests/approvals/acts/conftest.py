"""What acts on an item are tried with."""

import pytest

from tests.conftest import stock


@pytest.fixture
def document(promise, alice):
    """What was promised, in Alice's vault."""
    (document,) = stock(promise.item, alice)
    return document
