"""What a form has sent, given back with the page that says it could not be taken.

The browser's Back asks for the form anew and finds it empty. So the page carries what was
typed, and a button sends the same again to the same address. Only what has come is given back,
the CSRF token too: whether it is a good one is looked at then, as with any other form.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.http import escape_leading_slashes

from huadu_portal.accounts.middleware import is_api

# Sign-in, passwords, second factors: nothing of these is written into a page.
SECRET = ("/accounts/", "/admin/login/")


@dataclass(frozen=True)
class Files:
    """Chosen under one name; a browser lets no page choose them again."""

    field: str
    names: list[str]


@dataclass(frozen=True)
class Sent:
    """A form that was posted."""

    address: str
    fields: list[tuple[str, str]]
    files: list[Files]


def sent(request: HttpRequest) -> Sent | None:
    """None if no form was posted, if it is secret, or if it cannot be read."""
    if request.method != "POST" or is_api(request) or request.path.startswith(SECRET):
        return None
    if not _is_read(request) and not _is_small(request):
        return None
    try:
        form, uploads = request.POST, request.FILES
    except (SuspiciousOperation, BadRequest, MultiPartParserError, OSError):
        return None
    if not form or any("password" in name.lower() for name in form):
        return None
    fields = [(name, value) for name, values in form.lists() for value in values]
    files = [Files(name, [str(it) for it in chosen]) for name, chosen in uploads.lists()]
    return Sent(escape_leading_slashes(request.get_full_path()), fields, files)


def _is_read(request: HttpRequest) -> bool:
    return hasattr(request, "_post")


def _is_small(request: HttpRequest) -> bool:
    """As large as a form without files may be: what is refused unread is not to be received
    in full for this."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False
    return length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
