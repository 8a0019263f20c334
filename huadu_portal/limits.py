"""How often something may be tried within a time; exact for attempts made at the same moment.

Who reaches a limit is told when to come back (429). What is counted is kept in the cache,
which is PostgreSQL: attempts are counted outside of the transaction they lead to.
"""

import time
from ipaddress import ip_network
from math import ceil
from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from django.utils.translation import ngettext

from huadu_portal.errors import NotAllowed

# Per person, per address of the visitor, or per key of what was asked for. Registering and
# joining would tell a stranger which firms are here, the others who has applied for what.
RATES = {
    "register_enterprise": "20/1h/user",
    "join_enterprise": "10/1h/user",
    "lookup": "10/10m/ip",
    # Of a number: from one network, and from all of them. The second only bounds guessing of
    # the code, for whoever reaches it shuts the applicant out as well.
    "lookup_missed": "5/1h/key",
    "lookup_guessed": "600/1h/key",
    "verify": "30/10m/ip",
    # Wrong passwords and codes (docs/decisions/0030): of an account from one network, from a
    # network at all accounts, at an account from all networks; of an account by a device that
    # has been in it, which none of the others concern.
    "attempt_here": "5/5m/key",
    "attempt_network": "60/5m/key",
    "attempt_account": "100/1h/key",
    "attempt_device": "20/1h/key",
    # Links for a new password that one address is sent.
    "reset_here": "5/1h/key",
    "reset_address": "20/1h/key",
    # The mail of a sign-up that one address is sent again.
    "confirm_address": "5/1h/key",
}
# What one party commonly holds of the addresses of the internet: bits of its prefix.
PREFIX = {4: 24, 6: 56}


class TooOften(NotAllowed):
    """Enough for now. `retry_after` is in seconds."""

    status_code = 429

    def __init__(self, *, wait: float):
        self.retry_after = max(1, ceil(wait))
        super().__init__(self.said())

    def said(self) -> str:
        minutes = ceil(self.retry_after / 60)
        sentence = ngettext(
            "Too many attempts. Please try again in %(minutes)s minute.",
            "Too many attempts. Please try again in %(minutes)s minutes.",
            minutes,
        )
        return sentence % {"minutes": minutes}


def count_attempt(
    request: HttpRequest, action: str, key: str | None = None
) -> ratelimit.RateLimitUsage:
    """One more attempt, which can be given back by `rollback()`; or TooOften."""
    usage = ratelimit.consume(
        request, config=RATES, limit_get=True, app="huadu_portal", action=action, key=key
    )
    if usage is None:
        raise TooOften(wait=_wait(request, app="huadu_portal", action=action, key=key))
    return usage


def network_of(request: HttpRequest) -> str:
    """The neighbourhood of the visitor's address, which counts as one; "" without an address."""
    address = get_client_ip(request)
    if not address:
        return ""
    version = 6 if ":" in address else 4
    return str(ip_network((address, PREFIX[version]), strict=False))


def _wait(request: HttpRequest, *, action: str, **asked: Any) -> float:
    """Seconds until the oldest attempt of those remembered no longer counts."""
    (rate,) = ratelimit.parse_rates(RATES[action])
    place = ratelimit.get_cache_key(request, action=action, rate=rate, **asked)
    # The newest first. None: many asked in the same moment, and we had no turn.
    attempts = ratelimit.cache.get(place) or [time.time() - rate.duration]
    return attempts[-1] + rate.duration - time.time()
