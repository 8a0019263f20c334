"""What is answered where no view has: to people a page, to programs a problem document.

The pages stand without context: that may be what has failed. Whatever middleware, session or
database connection raise ends here too.
"""

import sys

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views import defaults

from huadu_portal.accounts.middleware import is_api
from huadu_portal.accounts.roles import security_administrators, start_page_of
from huadu_portal.failures.resending import sent
from huadu_portal.rest.problems import CONTENT_TYPE, problem_document
from huadu_portal.transient_errors import (
    NO_ROOM_RETRY,
    NO_ROOM_SENTENCE,
    is_disk_full,
    is_transient,
)


def bad_request(request, exception):
    if is_api(request):
        return _problem(400, _("This request could not be understood."))
    return defaults.bad_request(request, exception)


def permission_denied(request, exception):
    if is_api(request):
        return _problem(403, _("You do not have permission to do this"))
    user = getattr(request, "user", None)
    if user is None or not user.is_staff:
        return defaults.permission_denied(request, exception)
    shown = {"text": _whom_to_ask(user), "back": reverse(start_page_of(user))}
    return render(request, "403.html", shown, status=403)


def _whom_to_ask(user):
    """Rights follow from the role alone; the security administrator gives it."""
    names = security_administrators(but=user)
    if not names:
        return _("Your role does not include this page or step.")
    return _(
        "Your role does not include this page or step. If you need it for your work, please "
        "ask the security administrator (%(names)s)."
    ) % {"names": names}


def page_not_found(request, exception):
    if is_api(request):
        return _problem(404, _("This address does not exist."))
    return defaults.page_not_found(request, exception)


def csrf_failure(request, reason=""):
    if is_api(request):
        return _problem(403, _("You do not have permission to do this"))
    return render(request, "403_csrf.html", {"back": request.path}, status=403)


def server_error(request):
    """A failure that passes by itself is 503, and says when to come again."""
    error = sys.exc_info()[1]
    is_full, passes = is_disk_full(error), is_transient(error)
    status, headers = (503, {"Retry-After": str(NO_ROOM_RETRY)}) if passes else (500, None)
    if is_api(request):
        return _problem(status, _said(is_full, passes), headers)
    if passes:
        return unavailable(request, NO_ROOM_RETRY, is_full=is_full)
    return HttpResponse(get_template("500.html").render(), status=status)


def unavailable(request, retry_after, *, is_full=False):
    """The same for whoever is not let in; seconds until it may be tried again."""
    context = {"is_full": is_full, "is_form": request.method == "POST", "sent": sent(request)}
    response = HttpResponse(get_template("503.html").render(context), status=503)
    response.headers["Retry-After"] = retry_after
    # What somebody has typed may stand in it.
    add_never_cache_headers(response)
    return response


def _said(is_full, passes):
    if is_full:
        return NO_ROOM_SENTENCE
    if passes:
        return _("The system cannot complete this at the moment. Please try again shortly.")
    return _("An internal error has occurred. It has been recorded.")


def _problem(status, sentence, headers=None):
    return JsonResponse(
        problem_document(status, sentence),
        status=status,
        headers=headers,
        content_type=CONTENT_TYPE,
    )
