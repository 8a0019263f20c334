"""How often somebody may ask without having signed in."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

# Per address of the visitor, or per key of what was asked for.
LIMITS = {
    "lookup": "10/10m/ip",
    "lookup_missed": "5/1h/key",
    "verify": "30/10m/ip",
}


class TooManyAttempts(Exception):
    pass


def count(request: HttpRequest, action: str, key: str | None = None):
    """One more attempt, which may be given back (rollback), or TooManyAttempts."""
    usage = ratelimit.consume(
        request,
        app="huadu_portal.desk",
        action=action,
        config=LIMITS,
        key=key,
        limit_get=True,
    )
    if usage is None:
        raise TooManyAttempts
    return usage
