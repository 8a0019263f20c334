"""How the window gives a project another agent."""

from django.utils.translation import gettext_lazy as _

from agents import operations
from agents.forms import AssignForm
from huadu_portal.accounts.models import User
from huadu_portal.acts import Act, Acts, Rule
from projects.models import Project


def may_assign(user: User, _project: Project) -> bool:
    return user.has_perm("agents.assign_serviceagent")


PROJECT_ACTS = Acts(
    Act(
        "assign",
        rule=Rule(who=(may_assign,)),
        operation=operations.assign,
        form=AssignForm,
        label=_("Assign an agent"),
        consequence=_(
            "The project is transferred immediately. The new service agent and the contacts "
            "of the enterprise will be notified."
        ),
        done=_("The agent has been assigned."),
    ),
)
