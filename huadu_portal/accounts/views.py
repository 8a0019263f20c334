"""What a person sees of their own access, and what a changed second factor ends."""

import json

from allauth.account.decorators import reauthentication_required
from allauth.account.views import EmailVerificationSentView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from huadu_portal import downloads, limits
from huadu_portal.accounts import (
    access,
    browsers,
    devices,
    erasure,
    operations,
    pending,
    personal_data,
)
from huadu_portal.accounts.forms import ErasureForm
from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import security_administrators
from huadu_portal.accounts.sign_in_forms import ProfileForm
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import post_only

# ---- The account --------------------------------------------------------------------------


def profile(request):
    """Name, mobile and language, and the way to all else of one's own account."""
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if form.is_valid():
        operations.change_own(person, form.said)
        messages.success(request, _("Your details have been saved."))
        response = redirect("account_profile")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.said["language"])
        return response
    requests = request.user.erasure_requests.order_by("-asked_at")
    context = {
        "form": form,
        "factors": Authenticator.objects.filter(user=request.user).exists(),
        "erasure": requests.first(),
    }
    return render(request, "account/profile.html", context)


@post_only(lambda: ["account_profile"])
@reauthentication_required
def export(request):
    """A copy of all that is kept of the person, as a file of JSON (个人信息保护法第45条)."""
    content = json.dumps(
        personal_data.copy_of(request.user),
        ensure_ascii=False,
        indent=2,
        cls=DjangoJSONEncoder,
    )
    operations.note_export(request.user)
    name = _("personal data") + f" {civil_day(now()):%Y-%m-%d}.json"
    return downloads.made(content, name=name, content_type="application/json; charset=utf-8")


@reauthentication_required
def ask_erasure(request):
    """GET asks, POST makes the request; it is answered with a reason."""
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = erasure.ask(request.user, at=now(), **form.cleaned_data)
        sentence = _("Your request has been received and will be answered by %(day)s.")
        messages.success(request, sentence % {"day": date_format(made.due_on)})
        return redirect("account_profile")
    context = {"form": form, "held": personal_data.keeps_account(request.user)}
    return render(request, "account/erasure.html", context)


# ---- Sessions and tokens ------------------------------------------------------------------


@require_safe
def access_page(request):
    """Where one is signed in, and which programs hold a token."""
    at = now()
    sessions = access.sessions_of(request.user, at)
    for row in sessions:
        row.browser = browsers.in_words(row.agent)
        row.is_this = _is_this(request, row)
    tokens = access.tokens_of(request.user, at)
    context = {
        "sessions": sorted(sessions, key=lambda row: not row.is_this),
        "tokens": tokens,
        "has_others": len(sessions) > 1 or bool(tokens),
    }
    return render(request, "account/access.html", context)


def end_session(request, handle):
    """GET asks, POST ends it."""
    sessions = access.sessions_of(request.user, now())
    row = next((row for row in sessions if row.handle == handle), None)
    if row is None:
        return _has_ended(request)
    if request.method != "POST":
        return _ask(
            request,
            title=_("Sign this browser out"),
            text=_("%(browser)s, %(address)s: signed out at its next request.")
            % {"browser": browsers.in_words(row.agent), "address": row.address or "–"},
        )
    if _is_this(request, row):
        logout(request)
        return redirect("home")
    row.delete()
    return _done(request, _("The browser has been signed out."))


def end_token(request, key):
    """GET asks, POST ends it."""
    tokens = access.tokens_of(request.user, now())
    token = next((token for token in tokens if token.token_key == key), None)
    if token is None:
        return _has_ended(request)
    if request.method != "POST":
        return _ask(
            request,
            title=_("End this token"),
            text=_(
                "Programs that use the token beginning with %(start)s lose access immediately."
            )
            % {"start": token.token_key[:8]},
        )
    token.delete()
    return _done(request, _("The token has been ended."))


def end_others(request):
    """GET asks, POST ends all but this session."""
    if request.method != "POST":
        return _ask(
            request,
            title=_("End all others"),
            text=_(
                "All other browsers are signed out and all access tokens revoked. You stay "
                "signed in here."
            ),
        )
    access.end_all(request.user, but=request.session.session_key)
    return _done(request, _("All other sign-ins and tokens have been ended."))


def _is_this(request, row):
    return row.session_key == request.session.session_key


def _has_ended(request):
    """The same of what was never there and of other people's: nobody learns of theirs."""
    messages.info(request, _("It had already ended; the remaining ones are listed below."))
    return redirect("account_access")


def _ask(request, **said):
    back = reverse("account_access")
    return render(request, "account/end_access.html", said | {"back": back})


def _done(request, sentence):
    messages.success(request, sentence)
    return redirect("account_access")


# ---- Signing up ---------------------------------------------------------------------------


@login_not_required
@post_only(lambda: ["account_email_verification_sent"])
def send_again(request):
    """The mail of the sign-up once more."""
    if not pending.typed(request):
        messages.info(request, _("Please sign in to have the link sent again."))
        return redirect("account_login")
    try:
        pending.send_again(request)
        messages.success(request, _("The e-mail has been sent again."))
    except limits.TooOften as refusal:
        messages.error(request, str(refusal))
    return redirect("account_email_verification_sent")


class EmailVerificationSent(EmailVerificationSentView):
    def get_context_data(self, **kwargs):
        address = pending.typed(self.request).get("email")
        return super().get_context_data(address=address, **kwargs)


# ---- Second factor ------------------------------------------------------------------------


class EndsOthers(FormView):
    """Whoever came in by the former second factor is out: all but the one who changes it.

    The seal of sessions, tokens and devices no longer fits (accounts/models.py); this
    session and this browser get the new one.
    """

    def form_valid(self, form):
        response = super().form_valid(form)
        user = User.objects.get(pk=self.request.user.pk)
        update_session_auth_hash(self.request, user)
        access.end_all(user, but=self.request.session.session_key)
        devices.remember(self.request, response, user)
        return response


class ActivateTOTP(EndsOthers, ActivateTOTPView):
    def get_context_data(self, **kwargs):
        # The page says so only to those who cannot go on without it.
        user = self.request.user
        is_demanded = settings.SECOND_FACTOR_REQUIRED and user.is_staff
        shown: dict[str, object] = {"is_demanded": is_demanded}
        if is_demanded and isinstance(user, User):
            shown["security_administrators"] = security_administrators(but=user)
        return super().get_context_data(**shown, **kwargs)


class DeactivateTOTP(EndsOthers, DeactivateTOTPView):
    pass


class GenerateRecoveryCodes(EndsOthers, GenerateRecoveryCodesView):
    pass
