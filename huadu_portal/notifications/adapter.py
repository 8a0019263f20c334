from datetime import UTC, datetime
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from huadu_portal.accounts import attempts, devices
from huadu_portal.accounts.addresses import clear_bounced
from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import start_page_of
from huadu_portal.clock import now
from huadu_portal.notifications import operations


class AccountAdapter(DefaultAccountAdapter):
    """Account mail goes the way of all mail: a mail server away loses no sign-up."""

    def send_mail(self, template_prefix, email, context):
        context = {"email": email, "current_site": None} | context
        person = context.get("user")
        context |= {
            "greeted": person and person.name,
            # A user name that somebody chose, and not one that was made.
            "is_named": bool(person and person.role != User.Role.ENTERPRISE),
        }
        context |= {
            name: _ours(value) for name, value in context.items() if name.endswith("_url")
        }
        message = self.render_mail(template_prefix, email, context)
        operations.send_account_mail(email, message.subject, message.body, at=now())

    def authenticate(self, request, **credentials):
        """Counted first; who is right is not counted. Password pages and the API alike."""
        if credentials.get("email") == credentials.get("username"):
            # The page gives what was typed as both, and a known address would be compared
            # twice: the clock would tell it from an unknown one.
            del credentials["email"]
        typed = credentials.get("email") or credentials.get("username") or ""
        named = {key: credentials.get(key) or "" for key in ("username", "email")}
        attempt = attempts.begin(request, "password", attempts.those_meant(**named), typed)
        user = super().authenticate(request, **credentials)
        if user:
            attempt.give_back()
        return user

    def post_login(self, request, user, **kwargs):
        """Signed in, second factor included: from now on this browser is known."""
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def set_password(self, user, password):
        """In place of the one that the person, or their link, was known by.

        allauth writes the whole row as it was read: an account switched off meanwhile would be
        on again, a role taken away would be back, and one link would set several passwords.
        """
        before = user.password
        user.set_password(password)
        rows = User.objects.filter(pk=user.pk, is_active=True, password=before)
        if not rows.update(password=user.password):
            messages.error(
                self.request,
                _("The password was not changed: the account has changed meanwhile."),
            )
            raise ImmediateHttpResponse(redirect("account_login"))

    def confirm_email(self, request, email_address):
        """An address that is confirmed receives mail: what was said of it is over."""
        is_confirmed = super().confirm_email(request, email_address)
        if is_confirmed:
            clear_bounced(email_address.user)
        return is_confirmed

    def get_login_redirect_url(self, request):
        """Where whoever has signed in begins; what they had asked for comes before it."""
        return reverse(start_page_of(request.user))

    def get_password_change_redirect_url(self, request):
        """All are signed out, this browser too; whoever signs in anew has nothing to change."""
        return reverse("account_login")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Nobody is asked twice in a row on the way to their first second factor."""
        if app == "allauth.mfa" and self._is_setting_up():
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def _is_setting_up(self):
        """Whether this person has just signed in, and had no second factor then."""
        since = now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, self.request.user)
        signed_in = [record["at"] for record in records if record["at"] > since]
        if not signed_in:
            return False
        factors = Authenticator.objects.filter(user=self.request.user)
        moment = datetime.fromtimestamp(min(signed_in), UTC)
        return not factors.filter(created_at__lt=moment).exists()


def _ours(url: str) -> str:
    """The same page under the address people know; allauth takes the one that was asked by."""
    return f"{settings.SITE_URL}{urlsplit(url)._replace(scheme='', netloc='').geturl()}"
