"""What the security administrator does to accounts. Every act leaves a log entry.

Nobody changes their own rights, and no password is ever shown: the person sets it by
the link that is mailed to them.
"""

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from huadu_portal.accounts import access, notices, role_records
from huadu_portal.accounts.models import Department, User
from huadu_portal.errors import NotAllowed
from huadu_portal.rows import field_of

GATEWAY_IDS = ["wecom_id", "dingtalk_id"]


@transaction.atomic
def create_staff(
    *,
    by: User,
    username: str,
    email: str,
    name: str,
    mobile: str,
    role: str,
    department: Department | None,
    phone: str = "",
) -> User:
    """An account for a person of the centre or a department, with all that the role needs.

    Without a password yet. `phone` is what enterprises are shown of a service agent.
    """
    if not by.has_perm("accounts.add_user"):
        raise PermissionDenied
    user = User(username=username, email=email, name=name, mobile=mobile)
    user.role, user.department = role, department
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save(force_insert=True)
    # The administrator vouches for the address; the first link goes there.
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    role_records.complete(user, phone)
    said = _("account created: %(role)s") % {"role": user.get_role_display()}
    _log(user, by, said, flag=ADDITION)
    return user


@transaction.atomic
def change_role(
    user: User, *, by: User, role: str, department: Department | None, phone: str = ""
) -> User:
    """Other rights from the next request on.

    Refused while the person still holds something by the present role.
    """
    user = _other(user, by)
    if role != user.role and (held := role_records.held_by(user)):
        raise NotAllowed(" ".join(map(str, held)))
    before = user.get_role_display()
    has_changed = (user.role, user.department) != (role, department)
    user.role, user.department = role, department
    user.full_clean(exclude=["password"])
    user.save(update_fields=["role", "department"])
    role_records.complete(user, phone)
    # A token was given to whoever this person was before.
    access.end_tokens(user)
    _log(user, by, f"{before} → {user.get_role_display()} {department or ''}".strip())
    if has_changed:
        notices.tell_of_change(user, notices.Change.ROLE)
    return user


@transaction.atomic
def correct_person(user: User, *, by: User, name: str, email: str) -> User:
    """The right name and address of a member of staff.

    Links sent to the former address open nothing any more. Whoever has no password yet gets
    the first link at the new one, as a new account does; anybody else has to confirm it.
    """
    user = _other(user, by)
    if user.role == User.Role.ENTERPRISE:
        raise NotAllowed(_("People of enterprises change their address themselves."))
    # Switching off has removed the password: nobody would have to confirm the new address.
    if not user.is_active:
        raise NotAllowed(_("This account is switched off."))
    changed = [
        f"{before} → {after}"
        for before, after in [(user.name, name), (user.email, email)]
        if before != after
    ]
    if not changed:
        raise NotAllowed(_("Nothing has been changed."))
    has_moved = user.email.lower() != email.lower()
    user.name, user.email = name, email
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "email"])
    if has_moved:
        is_vouched_for = not user.has_usable_password()
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(
            user=user, email=email, verified=is_vouched_for, primary=True
        )
    else:
        EmailAddress.objects.filter(user=user, email__iexact=email).update(email=email)
    _log(
        user, by, _("name and e-mail corrected: %(changed)s") % {"changed": "; ".join(changed)}
    )
    return user


@transaction.atomic
def deactivate(user: User, *, by: User) -> User:
    """Signed out everywhere at once; what the person did stays."""
    user = _other(user, by)
    if not user.is_active:
        raise NotAllowed(_("This account is already switched off."))
    user.is_active = False
    # Old sessions must not revive when the account is switched on again.
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    access.end_all(user)
    _log(user, by, _("switched off"))
    return user


@transaction.atomic
def reactivate(user: User, *, by: User) -> User:
    user = _other(user, by)
    if user.is_active:
        raise NotAllowed(_("This account is already switched on."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    role_records.complete(user)
    _log(user, by, _("switched on"))
    return user


@transaction.atomic
def reset_second_factor(user: User, *, by: User) -> User:
    """For a person whose telephone is lost: a new one is set up at the next sign-in."""
    user = _other(user, by)
    Authenticator.objects.filter(user=user).delete()
    access.end_all(user)
    _log(user, by, _("second factor reset"))
    notices.tell_of_change(user, notices.Change.SECOND_FACTOR)
    return user


@transaction.atomic
def renew_first_link(user: User, *, by: User) -> User:
    """Whom the link for setting a password may be sent again."""
    user = _other(user, by)
    if not user.awaits_password:
        raise NotAllowed(_("The person has set a password already, or is switched off."))
    _log(user, by, _("link for setting a password sent again"))
    return user


@transaction.atomic
def set_gateway_ids(user: User, *, by: User, wecom_id: str, dingtalk_id: str) -> User:
    """Under which names the gateways know the person; never the person's own word."""
    user = _other(user, by)
    user.wecom_id, user.dingtalk_id = wecom_id, dingtalk_id
    user.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in GATEWAY_IDS])
    user.save(update_fields=GATEWAY_IDS)
    _log(user, by, _("accounts of message gateways changed"))
    return user


@transaction.atomic
def change_own(user: User, said: Mapping[str, str]) -> User:
    """What the person says of themselves, from now on; the log says which of it changed."""
    user = User.objects.select_for_update(of=["self"]).get(pk=user.pk)
    changed = [name for name, value in said.items() if getattr(user, name) != value]
    if changed:
        for name in changed:
            setattr(user, name, said[name])
        user.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in changed])
        user.save(update_fields=changed)
        names = [str(field_of(User, name).verbose_name) for name in changed]
        _log(user, user, _("own details changed: %(names)s") % {"names": ", ".join(names)})
    return user


def note_export(user: User) -> None:
    """The auditor sees who has taken out personal data, here one's own."""
    _log(user, user, _("own personal data exported"))


def _other(user: User, by: User) -> User:
    if not by.has_perm("accounts.change_user"):
        raise PermissionDenied
    if user.pk == by.pk:
        raise NotAllowed(
            _(
                "You cannot change your own account here; please ask another "
                "security administrator."
            )
        )
    return User.objects.select_for_update(of=["self"]).get(pk=user.pk)


def _log(user: User, by: User, message: str, flag: int = CHANGE) -> None:
    LogEntry.objects.log_actions(by.pk, [user], flag, message, single_object=True)
