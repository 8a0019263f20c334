"""Looking up an application without signing in: narrow, slow to guess, silent on misses."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.models import Application, ApplicationStatus

# Per address of the visitor, and per receipt number for those that did not fit.
LIMITS = {"lookup": "10/10m/ip", "lookup_missed": "5/1h/key"}

A = ApplicationStatus
WHAT_NEXT = {
    A.SUBMITTED: _("The window checks the application and answers by the day above."),
    A.RETURNED: _(
        "Additions are needed. Sign in to see the one list of everything that is missing, "
        "then hand the application in again."
    ),
    A.ACCEPTED: _(
        "The project has been taken on and is accompanied by a service agent. "
        "Sign in to follow every approval."
    ),
    A.DECLINED: _("Sign in to read the reasons and what can be done instead."),
    A.WITHDRAWN: _("The enterprise has withdrawn it; it may apply anew at any time."),
}


class TooManyAttempts(Exception):
    pass


def find(request: HttpRequest, number: str, code_end: str) -> Application | None:
    """The application, if both fit. Misses count against the number, whether or not it exists.

    Counted before looking and given back after a hit: attempts made at the same moment
    cannot pass the limit together.
    """
    missed = _count(request, "lookup_missed", key=number)
    application = (
        Application.objects.filter(number=number, enterprise__credit_code__endswith=code_end)
        .select_related("enterprise", "project")
        .first()
    )
    if application:
        missed.rollback()
    return application


def count_attempt(request: HttpRequest) -> None:
    """One more attempt from this address, or TooManyAttempts."""
    _count(request, "lookup")


def _count(request, action, key=None):
    usage = ratelimit.consume(
        request, app="huadu_portal.desk", action=action, config=LIMITS, key=key
    )
    if usage is None:
        raise TooManyAttempts
    return usage
