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
from projects.models import Enterprise, Membership, MembershipEvent


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

    Staff who override an unusual credit code have the licence before them, and register the firm
    without joining it.
    """
    enterprise = Enterprise.objects.create(
        name=name,
        credit_code=credit_code,
        legal_representative=legal_representative,
        address=address,
        credit_code_reason=credit_code_reason,
        proved_at=at if by.is_staff else None,
        proved_by=by if by.is_staff else None,
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
    """A person asks to act for a firm that is already here; refused ones may ask again.

    Of a firm whose licence nobody has checked the window alone is told: whoever registered it
    may have no more to do with it than who asks.
    """
    membership, created = Membership.objects.select_for_update().get_or_create(
        enterprise=enterprise, user=by, defaults={"asked_at": at}
    )
    again = {Membership.State.REFUSED, Membership.State.LEFT}
    if not created and membership.state not in again:
        return membership
    membership.state, membership.asked_at = Membership.State.ASKED, at
    membership.role = Membership.Role.FILER
    membership.decided_at = membership.decided_by = None
    membership.save()
    note_event(membership, MembershipEvent.Act.ASKED, by=by, at=at)
    notify(
        [*(owners_of(enterprise) if enterprise.is_proved else []), *window()],
        Kind.MEMBERSHIP_ASKED,
        params={"person": str(by), "enterprise": enterprise.name},
        url="/enterprise/",
        event_key=f"membership:{membership.pk}:{at.isoformat()}",
        at=at,
    )
    return membership


def ask_by_code(credit_code: str, *, by: User, at: datetime) -> None:
    """Who asks is not told whether there is such a firm, or whether they are of it."""
    enterprise = registered_by(credit_code)
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
    answer = MembershipEvent.Act.AGREED if agreed else MembershipEvent.Act.REFUSED
    note_event(membership, answer, by=by, at=at)
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
    """The window; the firm's owner too, once its licence has been checked. A claim is the window's."""
    if user.has_perm("projects.agree_membership"):
        return True
    firm = membership.enterprise
    return firm.is_proved and not membership.is_claim and is_owner_of(user, firm)


def is_owner_of(user: User, enterprise: Enterprise) -> bool:
    """Asked for each of a firm's people: where they are at hand, without a statement more."""
    return any(
        each.user_id == user.pk and each.is_owner for each in enterprise.memberships.all()
    )


def registered_by(credit_code: str) -> Enterprise | None:
    """The firm of this code whose licence has been checked; else the one that was here first."""
    registered = Enterprise.objects.filter(credit_code=credit_code)
    return registered.proved().first() or registered.order_by("created_at", "pk").first()


def note_event(
    membership: Membership,
    act: MembershipEvent.Act,
    *,
    by: User,
    at: datetime,
    reason: str = "",
) -> None:
    MembershipEvent.objects.create(membership=membership, act=act, by=by, at=at, reason=reason)


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


def has_account(enterprise: Enterprise) -> bool:
    """Whether anybody who acts for the firm can sign in; otherwise the window does it for them."""
    return bool(people_of(enterprise))


def window() -> list[User]:
    return list(User.objects.filter(role=User.Role.WINDOW, is_active=True))
