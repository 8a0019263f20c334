"""Looking up an application without signing in: narrow, slow to guess, silent on misses."""

from django.http import HttpRequest
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from huadu_portal import limits
from projects.models import Application, ApplicationStatus

A = ApplicationStatus
WHAT_NEXT: dict[str, LazyText] = {
    A.SUBMITTED: _("The window is checking the application and will answer by the date above."),
    A.RETURNED: _(
        "Corrections are needed. Please sign in to see the full list of what is missing, then "
        "submit the application again."
    ),
    A.ACCEPTED: _(
        "The project has been taken on and has a service agent. Please sign in to follow each "
        "approval."
    ),
    A.DECLINED: _("Please sign in to see the reasons and your options."),
    A.WITHDRAWN: _(
        "The enterprise has withdrawn the application; it may apply again at any time."
    ),
}


def find(request: HttpRequest, number: str, code_end: str) -> Application | None:
    """The application, if both fit. Misses count against the number, whether or not it exists.

    Those of one network leave the others alone, or anybody could keep the applicant from
    looking. Counted before looking and given back after a hit: attempts made at the same
    moment cannot pass the limit together.
    """
    here = f"{number}@{limits.network_of(request)}"
    missed = [
        limits.count_attempt(request, "lookup_missed", key=here),
        limits.count_attempt(request, "lookup_guessed", key=number),
    ]
    application = (
        Application.objects.filter(number=number, enterprise__credit_code__endswith=code_end)
        .select_related("enterprise", "project")
        .first()
    )
    if application:
        for attempt in missed:
            attempt.rollback()
    return application
