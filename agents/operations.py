"""Taking a project on, and who accompanies it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import Assignment, ServiceAgent
from approvals.models import ApprovalType
from approvals.operations import Exemption, plan_items
from approvals.operations.history import lock_project
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from projects import operations as projects
from projects.models import Application, Project


@transaction.atomic
def take_on(
    application: Application,
    *,
    by: User,
    at: datetime,
    version: int,
    agent: ServiceAgent,
    types: Collection[ApprovalType],
    exempt: Iterable[Exemption] = (),
) -> Project:
    """Accept an application: the project, its items and its agent, all or nothing."""
    project = projects.accept_application(application, by=by, at=at, version=version)
    plan_items(project, types, exempt=exempt, by=by, at=at)
    assignment = _assign(project, agent, by=by, at=at)
    people = projects.people_of(project.enterprise)
    accepted = Message(
        people,
        Kind.APPLICATION_ACCEPTED,
        params={"name": project.name, "project": project.number},
        url=project.get_absolute_url(),
        event_key=f"application:{application.pk}:{Kind.APPLICATION_ACCEPTED}",
    )
    notify_all([_assigned(assignment, agent, people), accepted], at=at)
    return project


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
    assignment = _assign(project, agent, by=by, at=at, reason=reason)
    people = projects.people_of(project.enterprise)
    notify_all([_assigned(assignment, agent, people)], at=at)
    return assignment


def _assign(project, agent, *, by, at, reason="") -> Assignment:
    if not agent.user.is_active:
        raise NotAllowed(_("%(agent)s no longer works here.") % {"agent": agent})
    if project.agent_id == agent.user_id:
        raise NotAllowed(_("%(agent)s already accompanies it.") % {"agent": agent})
    project.assignments.filter(ended_at=None).update(ended_at=at)
    assignment = Assignment.objects.create(
        project=project, agent=agent.user, by=by, started_at=at, reason=reason
    )
    project.agent = agent.user
    project.save(update_fields=["agent"])
    return assignment


def _assigned(assignment: Assignment, agent: ServiceAgent, people: list[User]) -> Message:
    """For the agent and the firm's people: who accompanies the project from now on."""
    project = assignment.project
    return Message(
        [agent.user, *people],
        Kind.AGENT_ASSIGNED,
        params={"agent": str(agent), "name": project.name},
        url=project.get_absolute_url(),
        event_key=f"project:{project.pk}:{assignment.pk}:{Kind.AGENT_ASSIGNED}",
    )
