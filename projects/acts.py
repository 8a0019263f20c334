"""What can be done about who acts for a firm: by a page, at the desk and by the API."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.acts import Act, Acts, GuardedAct, Rule
from projects.forms.memberships import GrantClaimForm, MembershipReasonForm, VerifyForm
from projects.models import Enterprise, Membership
from projects.operations import decide_membership, may_decide_membership, memberships
from projects.operations.enterprises import is_owner_of
from projects.serializers import (
    GrantClaimSerializer,
    MembershipReasonSerializer,
    VerifySerializer,
)


def agree_to_join(membership: Membership, *, by: User, at: datetime) -> Membership:
    """Let the person act for the enterprise."""
    return decide_membership(membership, by=by, at=at, agreed=True)


def refuse_to_join(membership: Membership, *, by: User, at: datetime) -> Membership:
    """Do not let the person in; they may ask again."""
    return decide_membership(membership, by=by, at=at, agreed=False)


def is_asked(_user: User, membership: Membership) -> bool:
    return membership.state == Membership.State.ASKED and not membership.is_claim


def is_window(user: User, _thing: Membership | Enterprise) -> bool:
    return user.has_perm("projects.agree_membership")


def is_owner(user: User, membership: Membership) -> bool:
    """Of the same firm, once its licence has been checked."""
    firm = membership.enterprise
    return firm.is_proved and is_owner_of(user, firm)


def may_remove(user: User, membership: Membership) -> bool:
    return is_window(user, membership) or is_owner(user, membership)


def may_be_removed(user: User, membership: Membership) -> bool:
    """An owner by the window alone."""
    others = membership.is_active and membership.user_id != user.pk
    return others and (is_window(user, membership) or not membership.is_owner)


def is_own(user: User, membership: Membership) -> bool:
    return membership.user_id == user.pk


def may_leave(_user: User, membership: Membership) -> bool:
    """An owner hands over first; nobody else can answer who joins a proved firm."""
    is_tied = membership.is_owner and membership.enterprise.is_proved
    return membership.is_active and not is_tied


def is_colleague(_user: User, membership: Membership) -> bool:
    return membership.is_active and not membership.is_owner


def has_claim(_user: User, membership: Membership) -> bool:
    return membership.is_claim


@dataclass(frozen=True, kw_only=True)
class MembershipAct(GuardedAct):
    """An act on a person's place in a firm, by turns for all people of the firm."""

    def lock(self, thing: Membership) -> Membership:
        Enterprise.objects.select_for_update(no_key=True).get(pk=thing.enterprise_id)
        rows = Membership.objects.select_for_update(of=["self"])
        return rows.select_related("enterprise", "user").get(pk=thing.pk)


@dataclass(frozen=True, kw_only=True)
class EnterpriseAct(GuardedAct):
    """An act on a firm, by turns with all others registered with its code."""

    def lock(self, thing: Enterprise) -> Enterprise:
        return memberships.lock_code(thing)


def is_not_proved(_user: User, enterprise: Enterprise) -> bool:
    return not enterprise.is_proved


ENTERPRISE_ACTS = Acts(
    EnterpriseAct(
        "verify",
        rule=Rule(who=(is_window,), only=(is_not_proved,)),
        operation=memberships.verify_enterprise,
        form=VerifyForm,
        serializer=VerifySerializer,
        label=_("Verify the enterprise"),
        consequence=_(
            "From now on its owner answers who joins it, and government materials about it may "
            "be shared with it. Whoever else has registered the same code submits no more and "
            "will be notified."
        ),
        done=_("The enterprise has been verified."),
    ),
)
ANSWERING = Rule(who=(may_decide_membership,), offered=(is_asked,))
CLAIMS = Rule(who=(is_window,), only=(has_claim,))
MEMBERSHIP_ACTS = Acts(
    Act(
        "agree",
        rule=ANSWERING,
        operation=agree_to_join,
        label=_("Agree"),
        consequence=_(
            "The person can act for the enterprise immediately and will be notified."
        ),
        done=_("The person now acts for the enterprise."),
    ),
    Act(
        "refuse",
        rule=ANSWERING,
        operation=refuse_to_join,
        label=_("Decline the request"),
        consequence=_("The person will be notified and may request again."),
        done=_("The request has been refused."),
        danger=True,
    ),
    MembershipAct(
        "grant_claim",
        rule=CLAIMS,
        operation=memberships.grant_claim,
        form=GrantClaimForm,
        serializer=GrantClaimSerializer,
        label=_("Grant the claim"),
        consequence=_(
            "The person becomes the owner of the enterprise. The present owners lose their "
            "access at once, unless you keep them as filers. Both sides will be sent your "
            "reason."
        ),
        done=_("The claim has been granted; both sides have been notified."),
        danger=True,
    ),
    MembershipAct(
        "dismiss_claim",
        rule=CLAIMS,
        operation=memberships.dismiss_claim,
        form=MembershipReasonForm,
        serializer=MembershipReasonSerializer,
        label=_("Do not grant the claim"),
        consequence=_("The owner stays. Both sides will be sent your reason."),
        done=_("The claim has not been granted; both sides have been notified."),
    ),
    MembershipAct(
        "hand_over",
        rule=Rule(who=(is_owner,), only=(is_colleague,)),
        operation=memberships.hand_over,
        label=_("Make the owner"),
        consequence=_(
            "The person becomes the owner and answers who joins the enterprise; you stay as a "
            "filer. Everyone of the enterprise will be notified."
        ),
        done=_("The enterprise has been handed over; its people have been notified."),
    ),
    MembershipAct(
        "remove",
        rule=Rule(who=(may_remove,), only=(may_be_removed,)),
        operation=memberships.remove_member,
        form=MembershipReasonForm,
        serializer=MembershipReasonSerializer,
        label=_("Remove"),
        consequence=_(
            "The person is signed out at once, sees nothing of the enterprise any more and "
            "will be sent your reason. What they have filled in stays with the enterprise."
        ),
        done=_("The person no longer acts for the enterprise."),
        danger=True,
    ),
    MembershipAct(
        "leave",
        rule=Rule(who=(is_own,), only=(may_leave,)),
        operation=memberships.leave,
        label=_("Leave the enterprise"),
        consequence=_(
            "You no longer see anything of the enterprise. What you have filled in stays with it."
        ),
        done=_("You no longer act for the enterprise."),
        danger=True,
    ),
)
