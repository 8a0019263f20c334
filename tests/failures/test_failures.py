"""What is answered where no view has: to a program always a problem document."""

import errno

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.utils import translation
from psycopg2.errors import DiskFull

from huadu_portal.accounts import middleware
from huadu_portal.accounts.api import DepartmentViewSet
from huadu_portal.transient_errors import NO_ROOM_SENTENCE
from projects import files

ADDRESS = "/api/v1/departments/"
FULL = OSError(errno.ENOSPC, "No space left on device")


def database_full():
    error = OperationalError("could not extend file")
    error.__cause__ = DiskFull()
    return error


@pytest.fixture
def fail(monkeypatch):
    """The departments, whose view fails."""

    def fail(error):
        def raise_it(*args, **kwargs):
            raise error

        monkeypatch.setattr(DepartmentViewSet, "list", raise_it)

    return fail


@pytest.fixture
def fail_above(monkeypatch):
    """Middleware that fails, before any view has been asked."""

    def fail_above(error):
        def raise_it(self, request):
            raise error

        monkeypatch.setattr(middleware.SecondFactorMiddleware, "__call__", raise_it)

    return fail_above


@pytest.fixture
def ask(client, db):
    def ask(address=ADDRESS, **options):
        client.raise_request_exception = False
        return client.get(address, **options)

    return ask


def problem(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    assert "<" not in response.text
    return said


class TestToAProgram:
    @pytest.mark.parametrize(
        "error", [RuntimeError("ours: secret"), KeyError("x"), OSError(5, "x")]
    )
    @pytest.mark.parametrize("where", ["fail", "fail_above"])
    def test_an_unexpected_failure_is_a_problem_document(
        self, request, ask, caplog, where, error
    ):
        request.getfixturevalue(where)(error)

        said = problem(ask(), 500)

        assert "secret" not in said["detail"]
        # Whoever runs the portal reads what it was.
        assert any(record.exc_info and record.exc_info[1] is error for record in caplog.records)

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (SuspiciousOperation("x"), 400),
            (BadRequest("x"), 400),
            (PermissionDenied("x"), 403),
            (Http404("x"), 404),
            (OperationalError("server closed the connection"), 503),
            (FULL, 503),
        ],
    )
    @pytest.mark.parametrize("where", ["fail", "fail_above"])
    def test_so_is_every_refusal(self, request, ask, where, error, status):
        request.getfixturevalue(where)(error)

        problem(ask(), status)

    @pytest.mark.parametrize(
        "address", ["/api/", "/api/v2/projects/", "/api/v1/nothing", "/api/x"]
    )
    def test_so_is_an_address_that_leads_nowhere(self, ask, address):
        problem(ask(address), 404)

    def test_so_is_a_host_that_is_not_ours(self, ask):
        problem(ask(headers={"host": "evil.example"}), 400)

    def test_so_is_a_body_that_is_too_large(self, ask, client, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

        problem(client.post("/api/v1/auth/token/", {"a": "b" * 20}, "application/json"), 400)

    def test_so_is_a_session_without_its_csrf_token(self, client, alice, firm):
        client.handler.enforce_csrf_checks = True
        client.force_login(alice)

        problem(client.post("/api/v1/applications/", {}, "application/json"), 403)


class TestToAPerson:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (BadRequest("x"), 400),
            (PermissionDenied("x"), 403),
            (Http404("x"), 404),
            (KeyError(), 500),
        ],
    )
    def test_it_is_a_page(self, ask, fail_above, error, status):
        fail_above(error)

        response = ask("/privacy/")

        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")


class TestFullDisk:
    """The same words and the same time to come again, wherever it is met."""

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_is_told_to_a_program_in_the_words_of_the_page(
        self, ask, client, fail, fail_above, language
    ):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with translation.override(language):
            words = str(NO_ROOM_SENTENCE)
            of_a_file = files.NoRoom("a.pdf")

        fail(database_full())
        in_a_view = ask()
        fail_above(FULL)
        above, page = ask(), ask("/privacy/")

        assert problem(in_a_view, 503)["detail"] == problem(above, 503)["detail"] == words
        assert words in page.text
        assert words in of_a_file.messages[0]
        waits = {answer["Retry-After"] for answer in (in_a_view, above, page)}
        assert waits == {str(of_a_file.retry_after)}
