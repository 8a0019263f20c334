"""All that is sent to us is UTF-8; whatever calls itself something else is refused.

Django reads a form in the charset that its header names, if Python has a codec of that name:
`rot13` and `hex` are among them, and fail only once a field is read.
"""

import codecs

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

JSON = "application/json"


class Request(WSGIRequest):
    """Reads UTF-8 only. What the header says instead is refused by the middleware."""

    def _set_content_type_params(self, meta):
        try:
            parsed = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError as error:
            # An encoding of the header itself that nobody knows (RFC 2231).
            parsed = "", {"charset": str(error)}
        self.content_type, self.content_params = parsed


class Handler(WSGIHandler):
    request_class = Request


class Utf8Middleware:
    """Stands behind the reader's language, in which the refusal is written."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        charset = request.content_params.get("charset")
        # JSON is UTF-8 whatever the header says (RFC 8259 §8.1).
        if charset is not None and request.content_type != JSON and not is_utf8(charset):
            raise BadRequest("A charset other than UTF-8.")
        return self.get_response(request)


def is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
