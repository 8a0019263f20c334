"""窗口代为申报: the window files for a firm that came to it and of which nobody has an account."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.errors import NotAllowed
from projects.models import Application, Enterprise
from projects.operations.applications import start_application
from projects.operations.enterprises import has_account
from projects.operations.memberships import prove

HAS_ACCOUNT = _(
    "People of this enterprise have an account here: they file its applications themselves."
)


def may_file_for_firms(user: User) -> bool:
    return user.has_perm("projects.file_application")


def may_file(user: User, application: Application) -> bool:
    """Of those who see an application, who fills it in: the firm's people; the window what it
    began, for as long as nobody of the firm has an account."""
    if not user.is_staff:
        return True
    if not (application.is_assisted and may_file_for_firms(user)):
        return False
    return not has_account(application.enterprise)


def firm_at_counter(credit_code: str) -> Enterprise | None:
    """The firm of this code that the window would file for, if it is here: the one whose licence
    has been checked, else one that nobody has an account of."""
    same = Enterprise.objects.filter(credit_code=credit_code).order_by("created_at", "pk")
    proved = same.proved().first()
    return proved or next((each for each in same if not has_account(each)), None)


@transaction.atomic
def begin_assisted(
    *,
    by: User,
    at: datetime,
    credit_code: str,
    contact_name: str,
    contact_mobile: str,
    contact_email: str = "",
    licence_checked: bool = False,
    **firm: Any,
) -> Application:
    """A draft at the window for the firm of this code, which is found or else registered.

    The window has its licence before it, and says so: the firm is verified with it.
    """
    if not may_file_for_firms(by):
        raise PermissionDenied
    enterprise = _enterprise(credit_code, by=by, at=at, licence_checked=licence_checked, **firm)
    if has_account(enterprise):
        raise NotAllowed(str(HAS_ACCOUNT))
    contact = {"contact_name": contact_name, "contact_mobile": contact_mobile}
    application = start_application(enterprise, by=by, at=at, draft=contact)
    application.assisted_by, application.assisted_at = by, at
    application.contact_email = contact_email
    application.save(update_fields=["assisted_by", "assisted_at", "contact_email"])
    return application


def _enterprise(
    credit_code: str, *, by: User, at: datetime, licence_checked: bool, **firm: Any
) -> Enterprise:
    """Two clerks at once register one: of a code one row can be proved (IntegrityError)."""
    same = Enterprise.objects.filter(credit_code=credit_code).order_by("pk")
    list(same.select_for_update(no_key=True))
    found = firm_at_counter(credit_code)
    found = found or Enterprise.objects.create(credit_code=credit_code, **firm)
    prove(found, by=by, at=at, licence_checked=licence_checked)
    return found


@operation
def confirm_filing(application: Application, *, by: User, at: datetime) -> Application:
    """The firm confirms what the window filed for it; nothing waits for that."""
    application.confirmed_by, application.confirmed_at = by, at
    application.save(update_fields=["confirmed_by", "confirmed_at"])
    return application


@operation
def change_contact_email(
    application: Application, *, by: User, at: datetime, contact_email: str
) -> Application:
    """Change the address to which notices for a firm without an account are mailed."""
    application.contact_email = contact_email
    application.save(update_fields=["contact_email"])
    return application
