"""JSON from strangers: bounded in size and depth, and without unstorable characters."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.json import strict_constant

from huadu_portal.rest.text import FORBIDDEN

DEEPEST = 32


class StrictJSONParser(BaseParser):
    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(self, stream, media_type=None, parser_context=None):
        # One byte more than allowed tells us enough; the rest is never read.
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise ParseError(_("This is too large."))
        try:
            # JSON is UTF-8 whatever the header says (RFC 8259 §8.1).
            data = json.loads(body.decode(), parse_constant=strict_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not valid JSON.")) from error
        for path, text in _texts(data):
            if FORBIDDEN.search(text):
                raise ValidationError(
                    {path: _("This text contains characters that cannot be shown.")}
                )
        return data


def _texts(data: object) -> Iterator[tuple[str, str]]:
    """Every text in the document, names included, with the field it belongs to."""
    waiting = [("", 0, data)]
    while waiting:
        path, depth, value = waiting.pop()
        if depth > DEEPEST:
            raise ParseError(_("This is nested too deeply."))
        if isinstance(value, str):
            yield path or "non_field_errors", value
        elif isinstance(value, list):
            inner = enumerate(value)
            waiting += ((_join(path, n), depth + 1, part) for n, part in inner)
        elif isinstance(value, dict):
            for name, part in value.items():
                # Not under its own name, which the answer could not carry.
                yield path or "non_field_errors", name
                waiting.append((_join(path, name), depth + 1, part))


def _join(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
