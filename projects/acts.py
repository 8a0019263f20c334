"""How a request to act for a firm is answered at the desk."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.acts import Act, Acts, Rule
from projects.models import Membership
from projects.operations import decide_membership, may_decide_membership


def is_asked(_user: User, membership: Membership) -> bool:
    return membership.state == Membership.State.ASKED


ANSWERING = Rule(who=(may_decide_membership,), offered=(is_asked,))
MEMBERSHIP_ACTS = Acts(
    Act(
        "agree",
        rule=ANSWERING,
        operation=partial(decide_membership, agreed=True),
        label=_("Agree"),
        consequence=_(
            "The person can act for the enterprise immediately and will be notified."
        ),
        done=_("The person now acts for the enterprise."),
    ),
    Act(
        "refuse",
        rule=ANSWERING,
        operation=partial(decide_membership, agreed=False),
        label=_("Decline the request"),
        consequence=_("The person will be notified and may request again."),
        done=_("The request has been refused."),
        danger=True,
    ),
)
