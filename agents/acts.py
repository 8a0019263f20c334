"""Who accompanies a project, and how its facts are edited, it is paused, ends and goes on."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from agents import operations
from agents.forms import (
    AppointForm,
    AssignForm,
    EditProjectForm,
    HaltForm,
    PauseForm,
    RenewPauseForm,
    ResumeForm,
)
from agents.serializers import (
    AppointSerializer,
    EditProjectSerializer,
    HaltSerializer,
    PauseSerializer,
    RenewPauseSerializer,
    ResumeSerializer,
)
from approvals.joint.acts import ProjectAct
from huadu_portal.accounts.models import User
from huadu_portal.acts import Act, Acts, Rule
from projects.models import Phase, Project
from projects.operations import editable_by


def may_assign(user: User, _project: Project) -> bool:
    return user.has_perm("agents.assign_serviceagent")


def may_appoint(user: User, _project: Project) -> bool:
    return user.has_perm("agents.appoint_chief")


def may_edit_something(user: User, project: Project) -> bool:
    return bool(editable_by(user, project))


def may_halt(user: User, _project: Project) -> bool:
    return user.has_perm("projects.halt_project")


def goes_on(_user: User, project: Project) -> bool:
    return not project.is_halted


def is_paused(_user: User, project: Project) -> bool:
    return project.phase == Phase.PAUSED


def has_not_ended(_user: User, project: Project) -> bool:
    return project.phase != Phase.ENDED


def is_halted(_user: User, project: Project) -> bool:
    return project.is_halted


@dataclass(frozen=True, kw_only=True)
class LifeAct(ProjectAct):
    """An act on what is written of a project: names the version that was seen."""

    otherwise: Any = _("This project has been paused, ended or resumed meanwhile.")

    def version_of(self, project: Project) -> int:
        return project.version


ASSIGN = Act(
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
)
# Who its chief officer is, its facts, and whether it goes on; editing is PATCH by the API.
LIFE_ACTS = Acts(
    LifeAct(
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
    LifeAct(
        "edit",
        rule=Rule(who=(may_edit_something,)),
        operation=operations.edit,
        form=EditProjectForm,
        serializer=EditProjectSerializer,
        label=_("Edit the facts"),
        consequence=_(
            "Old and new values stand in the project's history, which its enterprise reads too. "
            "No notification is sent."
        ),
        done=_("The facts of the project have been changed."),
    ),
    LifeAct(
        "pause",
        rule=Rule(who=(may_halt,), only=(goes_on,)),
        operation=operations.pause,
        form=PauseForm,
        serializer=PauseSerializer,
        label=_("Pause the project"),
        consequence=_(
            "The enterprise is reminded of nothing until the review; it submits nothing new. What "
            "departments have received goes on by its limits. The contacts of the enterprise and "
            "the service agent will be sent the reason."
        ),
        done=_("The project is paused; the enterprise has been notified."),
    ),
    LifeAct(
        "renew_pause",
        rule=Rule(who=(may_halt,), only=(is_paused,)),
        operation=operations.review_pause,
        form=RenewPauseForm,
        serializer=RenewPauseSerializer,
        label=_("Extend the pause"),
        consequence=_("The day of the review moves. No notification is sent."),
        done=_("The pause has been extended."),
    ),
    LifeAct(
        "resume",
        rule=Rule(who=(may_halt,), only=(is_halted,)),
        operation=operations.go_on,
        form=ResumeForm,
        serializer=ResumeSerializer,
        label=_("Resume the project"),
        consequence=_(
            "It goes on in the phase before, or in the one that approvals have brought it to. The "
            "contacts of the enterprise and the service agent will be notified."
        ),
        done=_("The project goes on; the enterprise has been notified."),
    ),
    LifeAct(
        "end",
        rule=Rule(who=(may_halt,), only=(has_not_ended,)),
        operation=operations.end,
        form=HaltForm,
        serializer=HaltSerializer,
        label=_("End the project"),
        consequence=_(
            "It is given up: nothing new is submitted, the enterprise is reminded of nothing. What "
            "departments have received goes on until it is withdrawn or decided. The contacts of "
            "the enterprise and the service agent will be sent the reason."
        ),
        done=_("The project has ended; the enterprise has been notified."),
        danger=True,
    ),
)
POSTED_ACTS = Acts(*(act for name, act in LIFE_ACTS.items() if name != "edit"))
PROJECT_ACTS = Acts(ASSIGN, *LIFE_ACTS.values())
