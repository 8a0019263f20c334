"""Whose a firm is: its licence is checked, a claim decided, it is handed over, people leave."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huadu_portal.accounts import access
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify, stop_telling
from huadu_portal.workdays.published import calendar
from projects.models import Enterprise, Membership, MembershipEvent
from projects.operations.contacts import replace_contact
from projects.operations.enterprises import note_event, owners_of, people_of, window

Act, Role, State = MembershipEvent.Act, Membership.Role, Membership.State
# Working days within which the window decides on a claim (docs/states.md, Limits).
CLAIM_DAYS = 5
# The keys of what the apps above keep of a firm, for messages about it; they register in `ready()`.
things_of: list[Callable[[Enterprise], Iterable[UUID]]] = []


# ---- The licence --------------------------------------------------------------------------


def lock_code(enterprise: Enterprise) -> Enterprise:
    """The firm as it is, with all others of its code: of two at once one can be proved."""
    same = Enterprise.objects.filter(credit_code=enterprise.credit_code).order_by("pk")
    return next(each for each in same.select_for_update(no_key=True) if each == enterprise)


def prove(enterprise: Enterprise, *, by: User, at: datetime, licence_checked: bool) -> None:
    """The window has checked the licence: from now on the firm is who it says it is.

    The caller holds the code's lock. Those who have registered the same code are told.
    """
    if enterprise.is_proved:
        return
    check_not_proved_elsewhere(enterprise)
    if not licence_checked:
        raise NotAllowed(
            _(
                "This enterprise has not been verified yet. Please check its business licence "
                "and confirm that you have done so."
            )
        )
    enterprise.proved_at, enterprise.proved_by = at, by
    enterprise.save(update_fields=["proved_at", "proved_by", "proved_note"])
    others = Membership.objects.filter(
        enterprise__credit_code=enterprise.credit_code, state=State.ACTIVE
    ).exclude(enterprise=enterprise)
    notify(
        [each.user for each in others.select_related("user")],
        Kind.CODE_PROVED,
        params={"code": enterprise.credit_code},
        url="/enterprise/join/",
        event_key=f"enterprise:{enterprise.pk}:proved",
        at=at,
    )


@operation
def verify_enterprise(
    enterprise: Enterprise, *, by: User, at: datetime, licence_checked: bool, reason: str
) -> Enterprise:
    """The window has the licence before it, and the firm has no application yet that it could
    take on: the firm is verified, with what was shown."""
    enterprise.proved_note = reason
    prove(enterprise, by=by, at=at, licence_checked=licence_checked)
    return enterprise


def check_not_proved_elsewhere(enterprise: Enterprise) -> None:
    """Refuse what is done for a firm whose code has been proved to be somebody else's."""
    proved = Enterprise.objects.proved().filter(credit_code=enterprise.credit_code)
    if not enterprise.is_proved and proved.exists():
        raise NotAllowed(
            _(
                "The enterprise with this code has been verified under another registration. "
                "Its people have to be joined, or the window decides a claim to it."
            )
        )


# ---- Claims -------------------------------------------------------------------------------


def claim_by_code(credit_code: str, *, by: User, at: datetime, reason: str) -> None:
    """Who claims is not told whether there is such a firm. One that is not proved needs no claim:
    whoever answers for it registers it beside."""
    enterprise = Enterprise.objects.proved().filter(credit_code=credit_code).first()
    if enterprise:
        _claim(enterprise, by=by, at=at, reason=reason)


@transaction.atomic
def _claim(enterprise: Enterprise, *, by: User, at: datetime, reason: str) -> None:
    """A person says that the firm is theirs to answer for; the window decides."""
    membership, _made = Membership.objects.select_for_update().get_or_create(
        enterprise=enterprise, user=by, defaults={"asked_at": at}
    )
    if membership.is_owner or membership.is_claim:
        return
    if not membership.is_active:
        membership.state, membership.asked_at = State.ASKED, at
    membership.claimed_at, membership.claim_reason = at, reason
    membership.claim_due_on = calendar().add(civil_day(at), CLAIM_DAYS)
    membership.claims += 1
    membership.next_rung_at = at
    membership.save()
    note_event(membership, Act.CLAIMED, by=by, at=at, reason=reason)
    notify(
        [*owners_of(enterprise), *window()],
        Kind.MEMBERSHIP_CLAIMED,
        params={"person": str(by), "enterprise": enterprise.name},
        url="/enterprise/",
        event_key=f"membership:{membership.pk}:{at.isoformat()}:claimed",
        at=at,
        note=reason,
    )


@operation
def grant_claim(
    membership: Membership, *, by: User, at: datetime, reason: str, keeps_owners: bool = False
) -> Membership:
    """The person becomes the owner; the present owners are removed, or stay as filers.

    Both sides are told, with the reason.
    """
    firm = membership.enterprise
    before = [each for each in firm.memberships.select_related("user") if each.is_owner]
    _answer(membership, by=by, at=at, state=State.ACTIVE, role=Role.OWNER)
    note_event(membership, Act.GRANTED, by=by, at=at, reason=reason)
    _tell_both(membership, before, Kind.CLAIM_GRANTED, at=at, reason=reason)
    for other in before:
        if keeps_owners:
            _step_down(other, by=by, at=at, reason=reason)
        else:
            _end(other, Act.REMOVED, by=by, at=at, reason=reason)
    return membership


@operation
def dismiss_claim(membership: Membership, *, by: User, at: datetime, reason: str) -> Membership:
    """The firm stays whose it is. Both sides are told, with the reason."""
    owners = [
        each
        for each in membership.enterprise.memberships.select_related("user")
        if each.is_owner
    ]
    state = State.ACTIVE if membership.is_active else State.REFUSED
    _answer(membership, by=by, at=at, state=state, role=membership.role)
    note_event(membership, Act.DISMISSED, by=by, at=at, reason=reason)
    _tell_both(membership, owners, Kind.CLAIM_DISMISSED, at=at, reason=reason)
    return membership


def _answer(membership: Membership, *, by: User, at: datetime, state: str, role: str) -> None:
    membership.state, membership.role, membership.claimed_at = state, role, None
    membership.decided_at, membership.decided_by = at, by
    membership.save()


def _tell_both(
    membership: Membership, owners: list[Membership], kind: Kind, *, at: datetime, reason: str
) -> None:
    """Whoever is not let in knows the code they asked with, and learns no name."""
    firm = membership.enterprise
    learns_name = membership.is_active
    for people, named in [
        ([membership.user], firm.name if learns_name else firm.credit_code),
        ([each.user for each in owners], firm.name),
    ]:
        notify(
            people,
            kind,
            params={"person": str(membership.user), "enterprise": named},
            url="/enterprise/",
            event_key=f"membership:{membership.pk}:{at.isoformat()}:{kind}",
            at=at,
            note=reason,
        )


# ---- Coming and going ---------------------------------------------------------------------


@operation
def hand_over(membership: Membership, *, by: User, at: datetime) -> Membership:
    """A colleague becomes the owner; whoever was it stays as a filer."""
    firm = membership.enterprise
    for other in firm.memberships.exclude(pk=membership.pk):
        if other.is_owner:
            _step_down(other, by=by, at=at)
    membership.role = Role.OWNER
    membership.save(update_fields=["role"])
    note_event(membership, Act.HANDED_OVER, by=by, at=at)
    notify(
        people_of(firm),
        Kind.OWNER_CHANGED,
        params={"person": str(membership.user), "enterprise": firm.name},
        url="/enterprise/",
        event_key=f"membership:{membership.pk}:{at.isoformat()}:owner",
        at=at,
    )
    return membership


@operation
def remove_member(membership: Membership, *, by: User, at: datetime, reason: str) -> Membership:
    """The person no longer acts for the firm, is signed out everywhere and told, with the reason.

    What they have filled in stays the firm's; its other people go on with it.
    """
    return _end(membership, Act.REMOVED, by=by, at=at, reason=reason)


@operation
def leave(membership: Membership, *, by: User, at: datetime) -> Membership:
    """The person gives up acting for the firm."""
    return _end(membership, Act.LEFT, by=by, at=at)


def end_by_erasure(membership: Membership, *, by: User, at: datetime) -> None:
    """With the person's account; nobody is left to be told."""
    _end(membership, Act.LEFT, by=by, at=at, is_told=False)


def _step_down(membership: Membership, *, by: User, at: datetime, reason: str = "") -> None:
    membership.role = Role.FILER
    membership.save(update_fields=["role"])
    note_event(membership, Act.STEPPED_DOWN, by=by, at=at, reason=reason)


def _end(
    membership: Membership,
    act: MembershipEvent.Act,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    is_told: bool = True,
) -> Membership:
    """Rights end with the row, open access and messages under way with it."""
    firm, person = membership.enterprise, membership.user
    membership.role = Role.FILER
    _answer(membership, by=by, at=at, state=State.LEFT, role=Role.FILER)
    note_event(membership, act, by=by, at=at, reason=reason)
    replace_contact(firm, person, by=by, at=at, reason=reason)
    stop_telling(person, about=_keys_of(firm))
    if person != by and is_told:
        access.end_all(person)
        notify(
            [person],
            Kind.MEMBERSHIP_ENDED,
            params={"enterprise": firm.name},
            url="/enterprise/",
            event_key=f"membership:{membership.pk}:{at.isoformat()}:ended",
            at=at,
            note=reason,
        )
    return membership


def _keys_of(firm: Enterprise) -> set[UUID]:
    own = {
        *firm.applications.values_list("pk", flat=True),
        *firm.projects.values_list("pk", flat=True),
        *firm.documents.values_list("pk", flat=True),
    }
    return own.union(*(find(firm) for find in things_of))
