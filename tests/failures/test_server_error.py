"""What is said when something below a page has failed."""

import errno

import pytest
from django.db import InterfaceError, OperationalError

from huadu_portal.public import views


@pytest.fixture
def failing(client, monkeypatch):
    """The look-up, of which something has failed."""

    def failing(error):
        def fail(*args, **kwargs):
            raise error

        monkeypatch.setattr(views, "LookupForm", fail)
        client.raise_request_exception = False
        return client.get("/lookup/")

    return failing


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("could not extend file: No space left on device"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_what_passes_is_503_and_says_to_come_again(failing, error):
    response = failing(error)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert "请稍后再试" in response.text
    assert "No space" not in response.text


@pytest.mark.parametrize("error", [RuntimeError("x"), OSError(errno.EACCES, "denied")])
def test_what_does_not_pass_is_500(failing, error):
    response = failing(error)

    assert (response.status_code, "Retry-After" in response.headers) == (500, False)
    assert "系统暂时无法办理" in response.text
