"""Pages and what programs read are sent compressed; files pass as they are.

A compressed page tells by its length what it repeats: whoever can make a visitor ask for pages
with words of theirs, and sees the lengths, could guess a secret in them letter by letter
(BREACH). Django masks the token of forms anew in each answer, and `GZipMiddleware` adds a random
number of bytes to each; the cookie of the session stands in no page.
"""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = {
    "text/html",
    "text/csv",
    "application/json",
    "application/problem+json",
    "application/vnd.oai.openapi",
}


class CompressionMiddleware(GZipMiddleware):
    """Static files are compressed when they are collected; pictures and PDF are by themselves."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in COMPRESSED:
            return response
        return super().process_response(request, response)
