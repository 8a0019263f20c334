"""The first three administrators, made by whoever installs the portal.

System, security and audit administration are three people (等保三级); once the security
administrator is there, all further accounts are made at the desk.
"""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.addresses import is_taken
from huadu_portal.accounts.forms import MobileField
from huadu_portal.accounts.models import User, without_password

USERNAMES = {
    User.Role.SYSTEM_ADMIN: "system",
    User.Role.SECURITY_ADMIN: "security",
    User.Role.AUDITOR: "auditor",
}


class AdministratorForm(forms.Form):
    """Who it is. Somebody who has an account already is not taken for another person."""

    name = forms.CharField(label=_("full name"), max_length=60)
    email = forms.EmailField(label=_("e-mail"), max_length=254)
    mobile = MobileField(label=_("mobile"), max_length=20)

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if is_taken(email):
            raise ValidationError(
                _(
                    "This address is already in use: the three administrators "
                    "must be different persons."
                )
            )
        return email

    def clean_mobile(self):
        mobile = self.cleaned_data["mobile"]
        if User.objects.filter(mobile=mobile, role__in=USERNAMES).exists():
            raise ValidationError(
                _(
                    "This number is already in use: the three administrators "
                    "must be different persons."
                )
            )
        return mobile


def missing_roles() -> list[User.Role]:
    """The roles of administration that nobody has."""
    there = User.objects.filter(role__in=USERNAMES, is_active=True).values_list(
        "role", flat=True
    )
    return [role for role in USERNAMES if role not in set(there)]


@transaction.atomic
def create_administrator(role: User.Role, *, name: str, email: str, mobile: str) -> User:
    """An administrator without a password yet; only where none of the kind is there."""
    if role not in missing_roles():
        raise ValidationError(
            _("There is one already; further accounts are created at the working desk.")
        )
    user = User(username=_free_name(USERNAMES[role]), email=email, name=name, mobile=mobile)
    user.role = role
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save(force_insert=True)
    # Whoever installs the portal vouches for the address.
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    said = gettext("created: by manage.py setup")
    LogEntry.objects.log_actions(user.pk, [user], ADDITION, said, single_object=True)
    return user


def _free_name(wanted: str) -> str:
    taken = set(
        User.objects.filter(username__startswith=wanted).values_list("username", flat=True)
    )
    names = [wanted, *(f"{wanted}{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def awaited() -> list[User]:
    """Administrators who have neither set a password nor ever signed in."""
    found = User.objects.filter(
        without_password(), role__in=USERNAMES, is_active=True, last_login=None
    )
    order: list[str] = list(USERNAMES)
    return sorted(found, key=lambda user: order.index(user.role))


def password_link(user: User) -> str:
    """By which the person sets a password: once, and for `link_lasts`."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)


def link_lasts() -> timedelta:
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
