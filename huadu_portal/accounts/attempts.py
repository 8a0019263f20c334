"""How often somebody may be wrong about a password or a code (docs/decisions/0030).

Counted per account and network, so that strangers elsewhere cannot shut a person out, and by
nothing that the visitor says: neither Host nor spelling of the name. A known device is
counted by itself. A new password begins all counts of its account anew.
"""

from dataclasses import dataclass

from allauth.account.internal.userkit import filter_users_by_email, filter_users_by_username
from allauth.core.internal.ratelimit import RateLimitUsage
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from huadu_portal import limits
from huadu_portal.accounts import devices
from huadu_portal.accounts.models import User

# By which the API tells them from wrong entries; allauth's word.
TOO_MANY = "too_many_login_attempts"


@dataclass(frozen=True)
class Attempt:
    """Counted before it is looked at, so that those of the same moment all count."""

    usages: list[RateLimitUsage]

    def give_back(self) -> None:
        """It was right."""
        for usage in self.usages:
            usage.rollback()


def begin(request: HttpRequest, what: str, users: list[User], typed: str = "") -> Attempt:
    """One more attempt at `what` of these accounts, or of none under the name typed.

    Raises ValidationError with the code TOO_MANY, whose sentence says when to come back.
    """
    counts = _counts(request, what, users, typed)
    try:
        return Attempt(
            [limits.count_attempt(request, action, key=key) for action, key in counts]
        )
    except limits.TooOften as refusal:
        raise ValidationError(str(refusal), code=TOO_MANY) from refusal


def _counts(
    request: HttpRequest, what: str, users: list[User], typed: str
) -> list[tuple[str, str]]:
    """Which limits it counts for: the narrowest first, for whoever is stopped there does not
    use up what everybody shares."""
    known = [
        f"{device}:{user.pk}" for user in users if (device := devices.known(request, user))
    ]
    if known:
        return [("attempt_device", f"{what}:{key}") for key in known]
    network = limits.network_of(request)
    accounts = [_account(user) for user in users] or [f"nobody:{typed.casefold()}"]
    return [
        *(("attempt_here", f"{what}:{account}@{network}") for account in accounts),
        ("attempt_network", f"{what}:{network}"),
        *(("attempt_account", f"{what}:{account}") for account in accounts),
    ]


def _account(user: User) -> str:
    """Of the account as long as it has this password."""
    return f"{user.pk}:{salted_hmac(__name__, user.password).hexdigest()}"


def those_meant(username: str = "", email: str = "") -> list[User]:
    """Whose password would let in under these names: one account, hardly ever several."""
    found = {*filter_users_by_username(username)} if username else set()
    for address in {username, email} - {""}:
        found |= {*filter_users_by_email(address, prefer_verified=True, for_login=True)}
    return sorted(found, key=lambda user: user.pk)
