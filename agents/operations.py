"""Who accompanies a project."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from agents.models import Assignment, ChiefAppointment, ServiceAgent
from approvals.items.operations.history import lock_project
from approvals.joint.models import JointCase
from approvals.joint.operations.cases import FIGURES
from approvals.supervision.operations import wake_owed_by_firm
from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import security_administrators
from huadu_portal.acts import operation
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from projects import operations as projects
from projects.models import Phase, Project

# How many projects a sentence names.
NAMED = 5
# Nobody has to accompany a project any more.
OVER = [Phase.FULL_OUTPUT, Phase.ENDED]


@transaction.atomic
def assign(
    project: Project,
    agent: ServiceAgent,
    *,
    by: User,
    at: datetime,
    reason: str = "",
) -> Assignment:
    """Hand the project to an agent, without an instant in which it has none."""
    if not by.has_perm("agents.assign_serviceagent"):
        raise PermissionDenied
    project = lock_project(project.pk)
    assignment = replace_agent(project, agent, by=by, at=at, reason=reason)
    people = projects.people_of(project.enterprise)
    message = assignment_message(assignment, agent, people)
    notify_all([message], at=at)
    projects.keep_for_counter([message], project.enterprise, people, at=at, project=project)
    return assignment


@operation
def appoint_chief(
    project: Project, *, by: User, at: datetime, chief: User | None, reason: str = ""
) -> Project:
    """Appoint the chief officer of a project; nobody, where the appointment only ends."""
    if project.chief_officer_id == (chief and chief.pk):
        raise NotAllowed(_("This is the project's chief officer already; nothing has changed."))
    if chief:
        # As the account is now, and stays until we commit: it may be switched off meanwhile.
        chief = User.objects.select_for_update(no_key=True).get(pk=chief.pk)
        if chief.role != User.Role.CHIEF_OFFICER or not chief.is_active:
            raise NotAllowed(
                _("%(person)s is no longer available as a chief officer.") % {"person": chief}
            )
    before = project.chief_officer
    project.chief_appointments.filter(ended_at=None).update(ended_at=at)
    if chief:
        ChiefAppointment.objects.create(
            project=project, chief=chief, by=by, started_at=at, reason=reason
        )
    project.chief_officer = chief
    project.version += 1
    project.save(update_fields=["chief_officer", "version"])
    _tell_of_chief(project, before, at=at)
    return project


def _tell_of_chief(project: Project, before: User | None, *, at: datetime) -> None:
    """The person, whoever was it before, and the project's agent."""
    chief = project.chief_officer
    people = [user for user in (chief, before, project.agent) if user and user.is_active]
    kind = Kind.CHIEF_APPOINTED if chief else Kind.CHIEF_ENDED
    message = Message(
        people,
        kind,
        params={"chief": str(chief or before), "name": project.name},
        url=project.get_absolute_url(),
        event_key=f"project:{project.pk}:{kind}:{at:%FT%T.%f}",
    )
    notify_all([message], at=at)


def create_agent_record(user: User, phone: str) -> None:
    """The record of a service agent, by which the window can give projects to the person."""
    if user.role == User.Role.AGENT:
        ServiceAgent.objects.get_or_create(user=user, defaults={"phone": phone or user.mobile})


def without_record() -> QuerySet[User]:
    """Service agents whom the window cannot choose: made neither at the desk nor by `setup`."""
    return User.objects.filter(role=User.Role.AGENT, is_active=True, service_agent=None)


def held(user: User) -> Iterator[str]:
    """Projects that would stand there without their agent."""
    running = Project.objects.filter(agent=user).exclude(phase__in=OVER)
    numbers = list(running.order_by("number").values_list("number", flat=True))
    if numbers:
        sentence = ngettext(
            "%(person)s is the service agent of %(count)s project (%(numbers)s): the window "
            "has to assign it to another service agent.",
            "%(person)s is the service agent of %(count)s projects (%(numbers)s): the window "
            "has to assign them to another service agent.",
            len(numbers),
        )
        yield sentence % {
            "person": user,
            "count": len(numbers),
            "numbers": _named(numbers),
        }


def held_as_chief(user: User) -> Iterator[str]:
    """Projects that would name somebody as chief officer who is none any more."""
    running = Project.objects.filter(chief_officer=user).exclude(phase__in=OVER)
    numbers = list(running.order_by("number").values_list("number", flat=True))
    if numbers:
        sentence = ngettext(
            "%(person)s is the chief officer of %(count)s project (%(numbers)s): the center "
            "head has to appoint another one.",
            "%(person)s is the chief officer of %(count)s projects (%(numbers)s): the center "
            "head has to appoint another one.",
            len(numbers),
        )
        yield sentence % {
            "person": user,
            "count": len(numbers),
            "numbers": _named(numbers),
        }


def _named(numbers: list[str]) -> str:
    """The first of them, so that a sentence stays short."""
    more = " …" if len(numbers) > NAMED else ""
    return pgettext("between names", ", ").join(numbers[:NAMED]) + more


def why_no_agent() -> str:
    """Why no project can be given to anybody, and who changes that; for the window."""
    names = security_administrators()
    sentence = _(
        "No service agent is available yet. The security administrator (%(names)s) can add "
        "one under Accounts → New staff account, with the role “service agent”; the person "
        "can then be selected here."
    )
    return sentence % {"names": names or _("none yet: run manage.py setup")}


def replace_agent(
    project: Project, agent: ServiceAgent, *, by: User, at: datetime, reason: str = ""
) -> Assignment:
    # As the account is now, and stays until we commit: it may be switched off meanwhile.
    user = User.objects.select_for_update(no_key=True).get(pk=agent.user_id)
    if user.role != User.Role.AGENT or not user.is_active:
        raise NotAllowed(
            _("%(agent)s is no longer available as a service agent.") % {"agent": agent}
        )
    if project.agent_id == agent.user_id:
        raise NotAllowed(
            _("%(agent)s is already the service agent of this project.") % {"agent": agent}
        )
    project.assignments.filter(ended_at=None).update(ended_at=at)
    assignment = Assignment.objects.create(
        project=project, agent=agent.user, by=by, started_at=at, reason=reason
    )
    project.agent = agent.user
    project.save(update_fields=["agent"])
    return assignment


def assignment_message(
    assignment: Assignment, agent: ServiceAgent, people: list[User]
) -> Message:
    """For the agent and the firm's people: who accompanies the project from now on."""
    project = assignment.project
    return Message(
        [agent.user, *people],
        Kind.AGENT_ASSIGNED,
        params={"agent": str(agent), "name": project.name},
        url=project.get_absolute_url(),
        event_key=f"project:{project.pk}:{assignment.pk}:{Kind.AGENT_ASSIGNED}",
        # The same in every language: by whom the firm can ask.
        note=f"{agent} {agent.phone}",
    )


# ---- Facts, and whether it goes on ------------------------------------------------------------


@operation
def edit(
    project: Project, *, by: User, at: datetime, changes: Mapping[str, Any], note: str = ""
) -> Project:
    """Change facts of the project, each by those who have the right to it."""
    _check_opinions(project, changes)
    return projects.edit_project(project, by=by, at=at, changes=changes, note=note)


def _check_opinions(project: Project, changes: Mapping[str, Any]) -> None:
    """An area on which opinions rest is changed in its joint case, which voids them."""
    changed = [name for name in FIGURES.values() if changes.get(name) != getattr(project, name)]
    touched = [name for name in changed if name in changes]
    before = JointCase.objects.filter(project=project, registered_at=None).going_on()
    if touched and before.exists():
        sentence = _("Opinions of a joint case rest on it: report it there as a changed fact.")
        raise ValidationError(dict.fromkeys(touched, sentence))


@operation
def pause(
    project: Project, *, by: User, at: datetime, reason: str, expected_until: date
) -> Project:
    """Let the project stand still until a day that is expected."""
    projects.pause_project(project, by=by, at=at, reason=reason, expected_until=expected_until)
    _tell_halt(project, Kind.PROJECT_PAUSED, at=at, note=reason, until=expected_until)
    return project


@operation
def review_pause(
    project: Project, *, by: User, at: datetime, expected_until: date, note: str = ""
) -> Project:
    """Review a pause: it goes on until another day."""
    return projects.renew_pause(project, by=by, at=at, expected_until=expected_until, note=note)


@operation
def go_on(project: Project, *, by: User, at: datetime, note: str = "") -> Project:
    """Undo a pause or an end: the project goes on."""
    projects.resume_project(project, by=by, at=at, note=note)
    wake_owed_by_firm(project, at=at)
    _tell_halt(project, Kind.PROJECT_RESUMED, at=at, note=note)
    return project


@operation
def end(project: Project, *, by: User, at: datetime, reason: str) -> Project:
    """Give the project up."""
    projects.end_project(project, by=by, at=at, reason=reason)
    _tell_halt(project, Kind.PROJECT_ENDED, at=at, note=reason)
    return project


def _tell_halt(
    project: Project, kind: Kind, *, at: datetime, note: str, until: date | None = None
) -> None:
    people = projects.people_of(project.enterprise)
    message = Message(
        [*people, *([project.agent] if project.agent else [])],
        kind,
        params={"name": project.name, "until": projects.iso_day(until)},
        url=project.get_absolute_url(),
        event_key=f"project:{project.pk}:{project.version}:{kind}",
        note=note,
    )
    notify_all([message], at=at)
    projects.keep_for_counter([message], project.enterprise, people, at=at, project=project)
