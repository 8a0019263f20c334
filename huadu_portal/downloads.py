"""The one way by which a file leaves the portal.

The caller has fetched the row through `visible_to()`. What others sent, and what we once
set, is compared with the digest of its row before the first byte goes out.
"""

import hashlib
import logging
from functools import wraps

from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

CHUNK = 1024 * 1024  # bytes read at once, however large the file is
PDF = "application/pdf"
# Whatever a browser takes it for, nothing in it runs, and no cache keeps it.
LOCKED_UP = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
}
# Our own PDFs are shown in the browser, whose reader does not work in a sandbox.
OWN = {key: value for key, value in LOCKED_UP.items() if key != "Content-Security-Policy"}


class NotHandedOut(Exception):
    """A file that exists and is kept back. Shown to the person, under `title`.

    `status_code` and `version` are what the API answers with (huadu_portal.rest.problems).
    """

    status_code, version = 409, None
    title = _("This file cannot be downloaded at the moment")


class Damaged(NotHandedOut):
    """What is stored is missing, unreadable, or no longer what was sent or set."""

    status_code = 500
    title = _("The file is damaged")

    def __init__(self):
        super().__init__(
            _(
                "The stored file differs from the one uploaded and cannot be downloaded. "
                "Please inform the window; the administrators have to restore it."
            )
        )


def stored(
    file: File, *, sha256: str, name: str, content_type: str, inline: bool = False
) -> FileResponse:
    """A stored file under a name, once its content is that of the digest.

    Raises Damaged, before anything is sent, when it does not fit.
    `inline` is for files of our own making: the browser shows them.
    """
    return FileResponse(
        intact(file, sha256),
        as_attachment=not inline,
        filename=name,
        content_type=content_type,
        headers=OWN if inline else LOCKED_UP,
    )


def intact(file: File, sha256: str) -> File:
    """The stored file, opened at its beginning. Read once, in pieces; else Damaged."""
    try:
        opened = file.open("rb")
        fits = digest(opened) == sha256
    except (OSError, ValueError) as error:  # ValueError: the row names no file
        logger.exception("stored file cannot be read", extra={"stored": file.name})
        raise Damaged from error
    if not fits:
        opened.close()
        logger.error("stored file does not fit its digest", extra={"stored": file.name})
        raise Damaged
    return opened


def made(
    content: bytes | str, *, name: str, content_type: str = PDF, inline: bool = False
) -> HttpResponse:
    """A file made for this request, of any script's name."""
    disposition = content_disposition_header(not inline, name)
    headers = (OWN if inline else LOCKED_UP) | {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=content_type, headers=headers)


def digest(file: File) -> str:
    """SHA-256 of the content from its beginning; the file is left there."""
    sha256 = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        sha256.update(chunk)
    file.seek(0)
    return sha256.hexdigest()


def or_why_not(view):
    """Answer a page that says why when the file of a view is kept back."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NotHandedOut as refusal:
            context = {"title": refusal.title, "text": str(refusal)}
            context["back"] = _page_before(request)
            return render(request, "not_handed_out.html", context, status=refusal.status_code)

    return wrapper


def _page_before(request: HttpRequest) -> str:
    """Where the link to the file stood, if that is a page of ours."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return came_from if is_ours else "/"
