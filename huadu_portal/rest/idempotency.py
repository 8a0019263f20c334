"""A request that may be sent again: the same key, the same answer, and it is done once.

(draft-ietf-httpapi-idempotency-key-header)
"""

import json
from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.exceptions import PermissionDenied as Refused
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from huadu_portal.rest.models import IdempotencyKey
from huadu_portal.stored_files import atomic_with_files

HEADER = "Idempotency-Key"
PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "Name the request, and it can be sent again when its answer was lost. The same key and"
        " body within seven days: the first answer again, with `Idempotency-Replayed: true`,"
        " and nothing is done twice; 403 if what it is about is no longer open to you. Another address or body under the key: 422. Sent while"
        " the first is still going on: it waits for that, for five seconds, then 503. After a"
        " refusal the key is free."
    ),
)


class NoLongerOpen(Refused):
    default_detail = _(
        "This was done when you first sent it, but what it is about is no longer open to you."
    )


class KeyReused(APIException):
    status_code = 422
    default_detail = _("This key has been used for another request.")


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """Decorates a method of a view that creates or acts: `create`, `post`, an @action's (above it,
    for it forgets what has been documented before).

    The key is a row in the transaction of what is done: both are there or neither is. A
    second request with the key waits at that row until the first has ended. A refused
    request leaves no key, so that it may be corrected and sent again.
    """

    @wraps(method)
    def wrapper(view, request, *args, **kwargs):
        key = _key(request)
        if key is None:
            return method(view, request, *args, **kwargs)
        overtaken: Exception | None = None
        with atomic_with_files():
            row, is_first = _claim(request, key)
            if not is_first:
                return _again(view, row)
            try:
                response = method(view, request, *args, **kwargs)
            except Exception as refusal:
                # As huadu_portal.errors.Overtaken says it: the key goes, the record stays.
                if not getattr(refusal, "leaves_record", False):
                    raise
                row.delete()
                overtaken = refusal
            else:
                _keep(row, response)
        if overtaken:
            raise overtaken
        return response

    return extend_schema(parameters=[PARAMETER])(wrapper)


def _key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    # A stranger has no keys: they belong to the user that sent them.
    if key is None or not request.user.is_authenticated:
        return None
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise ValidationError({HEADER: _("1 to 255 printable ASCII characters.")})
    return key


def _claim(request: Request, key: str) -> tuple[IdempotencyKey, bool]:
    """The key's row, and whether it is ours; waits for whoever is writing it."""
    assert request.user.is_authenticated  # as _key has seen to
    asked = {
        "method": request.method,
        "path": request.get_full_path(),
        "digest": body_digest(request.data),
    }
    rows = IdempotencyKey.objects.filter(user=request.user, key=key)
    rows.expired().delete()
    row, is_first = rows.get_or_create(user=request.user, key=key, defaults=asked)
    if not is_first and any(getattr(row, name) != asked[name] for name in asked):
        raise KeyReused
    return row, is_first


def _keep(row: IdempotencyKey, response: Response) -> None:
    """The answer beside its key; of a refusal nothing stays."""
    if response.status_code < 400:
        row.status = response.status_code
        row.body = JSONRenderer().render(response.data).decode()
        row.save(update_fields=["status", "body"])
    else:
        transaction.set_rollback(True)


def _again(view: APIView, row: IdempotencyKey) -> Response:
    answer = json.loads(row.body)
    if not _is_still_open(view, answer):
        raise NoLongerOpen
    return Response(
        answer,
        status=row.status,
        headers={"Idempotency-Replayed": "true"},
    )


def _is_still_open(view: APIView, answer: object) -> bool:
    """Whether the person still finds what was acted on, or what was made, by its address.

    A right may have been withdrawn since, or the thing have been given to somebody else. What
    concerns only the person themself names nothing to look for.
    """
    if isinstance(view, GenericAPIView) and getattr(view, "detail", False):
        try:
            view.get_object()
        except (Http404, PermissionDenied, Refused):
            return False
        return True
    made = answer.get("id") if isinstance(answer, dict) else None
    if made is None or not isinstance(view, GenericAPIView):
        return True
    return view.get_queryset().filter(pk=made).exists()


def body_digest(data: Any) -> str:
    """Of what a body says, whatever the order of its names; files by their content."""
    if hasattr(data, "lists"):
        data = {name: list(map(_readable, values)) for name, values in data.lists()}
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _readable(value):
    if not isinstance(value, UploadedFile):
        return value
    content = sha256()
    for chunk in _chunks(value):
        content.update(chunk)
    return [value.name, content.hexdigest()]


def _chunks(file: UploadedFile) -> Iterator[bytes]:
    yield from file.chunks()
    file.seek(0)
