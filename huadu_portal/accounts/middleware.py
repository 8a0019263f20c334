"""What holds for every request: the reader's language, second factor, privacy."""

from urllib.parse import parse_qs, urlsplit

from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

from huadu_portal.accounts.session_store import ADDRESS, AGENT, AGENT_LENGTH, BEGUN
from huadu_portal.clock import now
from huadu_portal.database_waits import requests_under_way
from huadu_portal.rest.problems import CONTENT_TYPE, problem_document


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def forbidden(sentence: str) -> JsonResponse:
    return JsonResponse(problem_document(403, sentence), status=403, content_type=CONTENT_TYPE)


class ReadersLanguageMiddleware:
    """Chinese unless the reader has chosen otherwise; the browser's wish is no choice.

    Officials' and firms' browsers are often set to English by whoever installed them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = chosen in dict(settings.LANGUAGES)
        language = chosen if known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


class SecondFactorMiddleware:
    """Staff without a second factor get no further than setting one up."""

    OPEN = ("/accounts/", "/static/", "/i18n/", "/healthz", "/readyz", "/metrics")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if (
            settings.SECOND_FACTOR_REQUIRED
            and user.is_authenticated
            and user.is_staff
            and not request.path.startswith(self.OPEN)
            and not is_mfa_enabled(user)
        ):
            # A program cannot follow us to a page: it is told that it may not.
            if is_api(request):
                return forbidden(_("Please set up a second factor on the portal first."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)


class UnsavedFormMiddleware:
    """Says on the sign-in page that a form sent after the session had ended was not saved."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST" and self._asks_to_sign_in(request, response):
            messages.warning(
                request,
                _(
                    "You had been signed out, so what you have just sent was not saved. "
                    "Please sign in and send it again."
                ),
            )
        return response

    def _asks_to_sign_in(self, request, response):
        """Only where it leads back to what was posted to: a button on the sign-in page leads
        to that page too."""
        url = urlsplit(response.headers.get("Location", ""))
        pages = {reverse(settings.LOGIN_URL), reverse("admin:login")}
        back = parse_qs(url.query).get(REDIRECT_FIELD_NAME)
        return url.path in pages and back == [request.get_full_path()]


class PrivatePagesMiddleware:
    """No cache keeps a signed-in person's pages; no session outlives a working day."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            requests_under_way.note_asker(str(request.user.pk))
        if request.user.is_authenticated and self._is_over(request):
            logout(request)
            # For the API, the view itself answers that nobody is signed in.
            if not is_api(request):
                return redirect_to_login(request.get_full_path())
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        # Asked of the session: who comes with a token has none, and shall get none; what is
        # asked in the background has put it away, so that it is not prolonged.
        if SESSION_KEY in getattr(request, "session", ()):
            self._note(request)
        return response

    def _is_over(self, request):
        begun = request.session.setdefault(BEGUN, now().timestamp())
        return now().timestamp() - begun > settings.SESSION_ABSOLUTE_AGE.total_seconds()

    def _note(self, request):
        """What people are shown of their sessions; the row is written only if it changes."""
        request.session.setdefault(BEGUN, now().timestamp())
        agent = request.headers.get("User-Agent", "").replace("\0", "")[:AGENT_LENGTH]
        noted = {ADDRESS: get_client_ip(request), AGENT: agent}
        for name, value in noted.items():
            if request.session.get(name) != value:
                request.session[name] = value
