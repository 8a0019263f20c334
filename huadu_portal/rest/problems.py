"""Every refusal of the API is a problem document (RFC 9457)."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Protocol, runtime_checkable

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.decorators import api_view, permission_classes
from rest_framework.fields import get_error_detail
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from huadu_portal.transient_errors import (
    NO_ROOM_RETRY,
    NO_ROOM_SENTENCE,
    is_disk_full,
    is_transient,
)

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = 5  # seconds
NON_FIELD = api_settings.NON_FIELD_ERRORS_KEY
TITLES = {
    400: _("Invalid input"),
    401: _("Not signed in"),
    403: _("Not permitted"),
    404: _("Not found"),
    405: _("Not possible here"),
    406: _("Format not supported"),
    409: _("In conflict with the current state"),
    415: _("Unknown format"),
    422: _("The key was used for something else"),
    429: _("Too many requests"),
    503: _("Not available at the moment"),
}


@runtime_checkable
class Refusal(Protocol):
    """An exception of ours that says how the API answers (`huadu_portal.errors.NotAllowed`).

    `version`, if it has one, tells the client what holds now.
    """

    status_code: int
    version: int | None


def exception_handler(exc: Exception, context: dict) -> Response | None:
    """DRF's handler, for what it knows and for what it would let become a 500."""
    if is_disk_full(exc):
        logger.error("a disk is full", exc_info=exc)
        wait = {"Retry-After": str(NO_ROOM_RETRY)}
        return problem(503, NO_ROOM_SENTENCE, headers=wait)
    if is_transient(exc):
        logger.warning("database away, or a lock not had in time", exc_info=exc)
        return problem(
            503,
            _("The system cannot complete this at the moment. Please try again shortly."),
            headers={"Retry-After": str(RETRY_AFTER)},
        )
    if _is_unreadable(exc):
        logger.warning("input refused by what lies below", exc_info=exc)
        return problem(400, _("This contains something that cannot be stored."))
    if isinstance(exc, Refusal):
        more: dict[str, Any] = {} if exc.version is None else {"version": exc.version}
        seconds = getattr(exc, "retry_after", None)
        retry = {"Retry-After": str(seconds)} if seconds else None
        return problem(exc.status_code, str(exc), headers=retry, **more)
    if isinstance(exc, DjangoValidationError):
        exc = exceptions.ValidationError(get_error_detail(exc))
    response = drf_exception_handler(exc, context)
    return response and _as_problem(response, exc)


def problem(
    status: int, detail: object, *, headers: dict | None = None, **members: Any
) -> Response:
    """The answer that says no. Whatever the request has written is rolled back."""
    set_rollback()
    body = problem_document(status, detail) | members
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def problem_document(status: int, detail: object) -> dict:
    title = TITLES.get(status) or HTTPStatus(status).phrase
    return {
        "type": "about:blank",
        "title": str(title),
        "status": status,
        "detail": str(detail),
    }


def _as_problem(response: Response, exc: Exception) -> Response:
    # The response is kept for its headers: challenge, allowed methods, retry-after.
    status, said = response.status_code, response.data
    if isinstance(exc, exceptions.ValidationError):
        errors = flat(said)
        general = errors.get(NON_FIELD)
        detail = " ".join(general or [str(_("Please correct the fields named."))])
        response.data = problem_document(status, detail) | {"errors": errors}
    else:
        response.data = problem_document(status, said.get("detail", ""))
    response.content_type = CONTENT_TYPE
    return response


def flat(detail: object, field: str = "") -> dict[str, list[str]]:
    """Sentences by field; a field within a list or an object is named `rows.0.name`."""
    if isinstance(detail, dict):
        parts: Iterable[tuple[str | int, Any]] = detail.items()
    elif isinstance(detail, list):
        # Sentences belong to the list's own field, anything else to its place in it.
        parts = (("" if isinstance(d, str) else n, d) for n, d in enumerate(detail))
    else:
        return {field or NON_FIELD: [str(detail)]}
    errors: dict[str, list[str]] = {}
    for name, part in parts:
        name = "" if name == "__all__" else str(name)
        for path, said in flat(part, ".".join(filter(None, [field, name]))).items():
            errors.setdefault(path, []).extend(said)
    return errors


def _is_unreadable(exc: Exception) -> bool:
    """Input that got past the fields: too deep, not encodable, NUL, out of range."""
    has_nul = isinstance(exc, ValueError) and "NUL (0x00)" in str(exc)
    return has_nul or isinstance(exc, RecursionError | UnicodeError | DataError)


@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
@permission_classes([AllowAny])
def unknown_address(request, **kwargs):
    """For the end of the API's urls, so that a mistyped address gets a document too."""
    raise exceptions.NotFound
