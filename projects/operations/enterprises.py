"""Firms and the people who act for them."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from huadu_portal.prepared import Prepared
from projects.models import Enterprise, Membership


@transaction.atomic
def register_enterprise(
    *,
    by: User,
    at: datetime,
    name: str,
    credit_code: str,
    legal_representative: str = "",
    address: str = "",
    credit_code_reason: str = "",
) -> Enterprise:
    """A firm enters the portal; whoever registers it becomes its owner.

    Staff who override an unusual credit code register the firm without joining it.
    """
    enterprise = Enterprise.objects.create(
        name=name,
        credit_code=credit_code,
        legal_representative=legal_representative,
        address=address,
        credit_code_reason=credit_code_reason,
    )
    if not by.is_staff:
        Membership.objects.create(
            enterprise=enterprise,
            user=by,
            role=Membership.Role.OWNER,
            state=Membership.State.ACTIVE,
            asked_at=at,
            decided_at=at,
        )
    return enterprise


@transaction.atomic
def ask_to_join(enterprise: Enterprise, *, by: User, at: datetime) -> Membership:
    """A person asks to act for a firm that is already here; refused ones may ask again."""
    membership, created = Membership.objects.select_for_update().get_or_create(
        enterprise=enterprise, user=by, defaults={"asked_at": at}
    )
    if not created and membership.state != Membership.State.REFUSED:
        return membership
    membership.state, membership.asked_at = Membership.State.ASKED, at
    membership.decided_at = membership.decided_by = None
    membership.save()
    notify(
        [*owners_of(enterprise), *window()],
        Kind.MEMBERSHIP_ASKED,
        params={"person": str(by), "enterprise": enterprise.name},
        url="/enterprise/",
        event_key=f"membership:{membership.pk}:{at.isoformat()}",
        at=at,
    )
    return membership


def ask_by_code(credit_code: str, *, by: User, at: datetime) -> None:
    """Who asks is not told whether there is such a firm, or whether they are of it."""
    enterprise = Enterprise.objects.filter(credit_code=credit_code).first()
    if enterprise:
        ask_to_join(enterprise, by=by, at=at)


@transaction.atomic
def decide_membership(
    membership: Membership, *, by: User, at: datetime, agreed: bool
) -> Membership:
    """The firm's owner or the window lets a person in, or not."""
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if not may_decide_membership(by, membership):
        raise PermissionDenied
    if membership.state != Membership.State.ASKED:
        raise NotAllowed(_("This request has already been answered."))
    state = Membership.State
    membership.state = state.ACTIVE if agreed else state.REFUSED
    membership.decided_at, membership.decided_by = at, by
    # A firm whose first person comes in by the window's word has no owner yet.
    if agreed and not owners_of(membership.enterprise):
        membership.role = Membership.Role.OWNER
    membership.save()
    # Whoever is not let in knows the code they asked with, and learns no name.
    firm = membership.enterprise
    notify(
        [membership.user],
        Kind.MEMBERSHIP_AGREED if agreed else Kind.MEMBERSHIP_REFUSED,
        params={"enterprise": firm.name if agreed else firm.credit_code},
        url="/enterprise/",
        event_key=f"membership:{membership.pk}:{at.isoformat()}:decided",
        at=at,
    )
    return membership


def may_decide_membership(user: User, membership: Membership) -> bool:
    if user.has_perm("projects.agree_membership"):
        return True
    return user in owners_of(membership.enterprise)


def owners_of(enterprise: Enterprise) -> list[User]:
    active = enterprise.memberships.filter(
        state=Membership.State.ACTIVE, role=Membership.Role.OWNER, user__is_active=True
    )
    return [membership.user for membership in active.select_related("user")]


# Almost every act tells them.
PEOPLE = Prepared[User](
    lambda enterprise: User.objects.filter(
        memberships__enterprise=enterprise,
        memberships__state=Membership.State.ACTIVE,
        is_active=True,
    )
)


def people_of(enterprise: Enterprise) -> list[User]:
    """Everyone who acts for the firm."""
    return PEOPLE(enterprise.pk)


def window() -> list[User]:
    return list(User.objects.filter(role=User.Role.WINDOW, is_active=True))
