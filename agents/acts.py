"""Who accompanies a project: its agent, and its chief officer."""

from django.utils.translation import gettext_lazy as _

from agents import operations
from agents.forms import AppointForm, AssignForm
from agents.serializers import AppointSerializer
from huadu_portal.accounts.models import User
from huadu_portal.acts import Act, Acts, Rule
from projects.models import Project


def may_assign(user: User, _project: Project) -> bool:
    return user.has_perm("agents.assign_serviceagent")


def may_appoint(user: User, _project: Project) -> bool:
    return user.has_perm("agents.appoint_chief")


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
    Act(
        "appoint_chief",
        rule=Rule(who=(may_appoint,)),
        operation=operations.appoint_chief,
        form=AppointForm,
        serializer=AppointSerializer,
        label=_("Appoint the chief officer"),
        consequence=_(
            "The chief officer answers requests for coordination, may demand explanations, and "
            "is reminded of delays. The person, the chief officer before and the service agent "
            "will be notified."
        ),
        done=_("The appointment has been recorded."),
    ),
)
