"""A database that cannot write is no key that is there already."""

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db


FULL = """
    CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER disk_is_full BEFORE INSERT OR UPDATE ON cache EXECUTE FUNCTION disk_is_full();
"""


@pytest.fixture
def disk_is_full(db):
    """For whatever writes into the cache."""
    with connection.cursor() as cursor:
        cursor.execute(FULL)


@pytest.mark.parametrize("write", [cache.add, cache.set])
def test_says_so(disk_is_full, write):
    with pytest.raises(OperationalError):
        write("key", 1)


def test_the_connection_goes_on(disk_is_full):
    with pytest.raises(OperationalError):
        cache.set("key", 1)

    assert cache.get("key") is None


def test_a_key_that_is_there_is_no_failure():
    assert [cache.add("key", 1), cache.add("key", 2)] == [True, False]
    assert cache.get("key") == 1


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/accounts/login/", {"login": "alice", "password": "x"}),
        ("/accounts/password/reset/", {"email": "alice@example.com"}),
        ("/lookup/", {"number": "SB20250303-0001", "code_end": "M0142P"}),
    ],
)
def test_nobody_is_told_of_too_many_attempts(disk_is_full, client, address, typed):
    client.raise_request_exception = False

    response = client.post(address, typed)

    assert (response.status_code, response["Retry-After"]) == (503, "60")
