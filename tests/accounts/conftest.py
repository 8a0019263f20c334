"""Who tends the accounts."""

import pytest


@pytest.fixture
def security(client, sun):
    client.force_login(sun)
    return client
