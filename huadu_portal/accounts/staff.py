"""What the security administrator is asked, and the acts on accounts that mail a link."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.core import context
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts import operations, role_records
from huadu_portal.accounts.addresses import is_taken
from huadu_portal.accounts.forms import MobileField
from huadu_portal.accounts.models import Department, User
from huadu_portal.acts import ActForm
from huadu_portal.errors import NotAllowed
from huadu_portal.rest.text import validate_plain

STAFF_ROLES = [choice for choice in User.Role.choices if choice[0] != "enterprise"]
# The rule is the database's (user_department_fits_role); this says it beside the field.
WITH_DEPARTMENT = {"window", "agent", "officer", "department_head", "centre_head"}
# Filed under another department, they would be notified and answer as its own people.
OF_THE_CENTRE = {"window", "centre_head"}

# Said instead of "mailed" where there is no mail server.
NO_LINK = _(
    "No mail server is set (EMAIL_URL), so the link for setting a password cannot be "
    "delivered. Once one is set, the person can request a link with “Forgotten your "
    "password?”."
)


# In the demonstration, where mails go no further than the outbox.
LINK_IN_OUTBOX = _(
    "Demo: no mail is sent. The system administrator finds the link for setting a password in "
    "the outbox."
)


def link_undelivered() -> Promise:
    """Why the link for setting a password does not reach the person, and what to do."""
    return LINK_IN_OUTBOX if settings.DEMO else NO_LINK


class RoleForm(ActForm):
    role = forms.ChoiceField(label=_("role"), choices=STAFF_ROLES)
    department = forms.ModelChoiceField(
        Department.objects.all(),
        label=_("department"),
        required=False,
        empty_label=_("no department"),
        help_text=_(
            "Needed for department officers and heads of departments; for the comprehensive "
            "window and the center head, choose the service center; for service agents, the "
            "service center or their own department. The other roles need none."
        ),
    )
    phone = forms.CharField(
        label=_("telephone for enterprises"),
        max_length=30,
        required=False,
        validators=[validate_plain],
        help_text=_(
            "For service agents only: enterprises see it on their project page. If left "
            "empty, the mobile number is used."
        ),
    )

    def __init__(self, *args, thing=None, **kwargs):
        if thing:
            now = {"role": thing.role, "department": thing.department_id}
            kwargs["initial"] = now
        super().__init__(*args, thing=thing, **kwargs)
        # What rules out another role; refused with the same words.
        held = role_records.held_by(thing) if thing else []
        self.left_behind = [] if self.is_bound else held

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("role") in WITH_DEPARTMENT and not cleaned.get("department"):
            self.add_error("department", _("Please choose the department."))
        elif cleaned.get("role") in OF_THE_CENTRE and not _is_centre(cleaned.get("department")):
            self.add_error("department", _("This role belongs to the service center."))
        mobile = self.thing.mobile if self.thing else cleaned.get("mobile")
        if cleaned.get("role") == User.Role.AGENT and not (cleaned.get("phone") or mobile):
            self.add_error(
                "phone",
                _(
                    "Enterprises need to call the service agent: please "
                    "enter a telephone number."
                ),
            )
        return cleaned


def _is_centre(department: Department | None) -> bool:
    return department is not None and department.kind == Department.Kind.CENTRE


class StaffForm(RoleForm):
    """A new account; the person chooses a password by the mailed link."""

    username = forms.CharField(
        label=_("user name"), max_length=150, validators=[User.username_validator]
    )
    name = forms.CharField(label=_("full name"), max_length=60)
    email = forms.EmailField(label=_("e-mail"), max_length=254)
    mobile = MobileField(label=_("mobile"), max_length=20, required=False)

    field_order = ["username", "name", "email", "mobile", "role", "department", "phone"]

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This user name is already in use."))
        return username

    def clean_email(self):
        return free_address(self.cleaned_data["email"])


class PersonCorrectionForm(ActForm):
    name = forms.CharField(label=_("full name"), max_length=60)
    email = forms.EmailField(label=_("e-mail"), max_length=254)

    def __init__(self, *args, thing, **kwargs):
        now = {"name": thing.name, "email": thing.email}
        super().__init__(*args, thing=thing, initial=now, **kwargs)

    def clean_email(self):
        return free_address(self.cleaned_data["email"], but=self.thing)


def free_address(address: str, but: User | None = None) -> str:
    """In small letters: allauth looks for no others, and would never send the link."""
    if is_taken(address, but=but):
        raise ValidationError(_("This address is already in use."))
    return address.lower()


class GatewayForm(ActForm, forms.ModelForm):
    class Meta:
        model = User
        fields = operations.GATEWAY_IDS

    def __init__(self, *args, thing=None, **kwargs):
        super().__init__(*args, thing=thing, instance=thing, **kwargs)


def mail_password_link(user: User, request: HttpRequest) -> None:
    """The link by which the person sets a password; it goes the way of all mail."""
    form = ResetPasswordForm({"email": user.email})
    if form.is_valid():
        with translation.override(user.language):
            form.save(request)


@transaction.atomic
def send_link_again(user: User, *, by: User) -> User:
    """For whoever has set no password yet; a new link each time, for the first may have ended."""
    user = operations.renew_first_link(user, by=by)
    mail_password_link(user, context.request)
    return user


def _if_mailed(sentence: Promise) -> str:
    return str(sentence if settings.MAIL_GOES_OUT else link_undelivered())


# Looked up when it is shown, not when this is read.
if_mailed = lazy(_if_mailed, str)


def way_out(user: User) -> Promise:
    """Who enters another address where mail to the present one comes back."""
    if user.role == User.Role.ENTERPRISE:
        return _(
            "After signing in, the person can enter another address under “E-mail addresses”."
        )
    return _("Please ask the person for the right address, then use “Correct name and e-mail”.")


@transaction.atomic
def correct_and_notify(user: User, *, by: User, name: str, email: str) -> User:
    """With the mails that a changed address asks for: the link to the new one, and a notice to
    the former one, which names neither the person nor the new address: it may be a stranger's.
    """
    former = user.email
    has_moved = former.lower() != email.lower()
    if (
        has_moved
        and user.has_usable_password()
        and not (settings.MAIL_GOES_OUT or settings.DEMO)
    ):
        raise NotAllowed(
            _(
                "No mail server is set (EMAIL_URL): the person could not confirm the new address "
                "and would be locked out. Please correct it once a server is set."
            )
        )
    user = operations.correct_person(user, by=by, name=name, email=email)
    if not has_moved:
        return user
    with translation.override(user.language):
        if former:
            get_adapter().send_mail("account/email/address_corrected", former, {})
        if user.has_usable_password():
            EmailAddress.objects.get(user=user).send_confirmation(context.request)
        else:
            mail_password_link(user, context.request)
    return user


class SwitchOffForm(ActForm):
    """Says what will be left without anybody, and refuses nothing: an account that somebody
    else has taken over is switched off at once."""

    def __init__(self, *args, thing=None, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        if thing:
            self.left_behind = role_records.held_by(thing) + role_records.handled_by(thing)
