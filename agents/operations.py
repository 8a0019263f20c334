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
from huadu_portal.notifications.operations import notify
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
    _assign(project, agent, by=by, at=at)
    notify(
        projects.people_of(project.enterprise),
        Kind.APPLICATION_ACCEPTED,
        params={"name": project.name, "project": project.number},
        url=project.get_absolute_url(),
        event_key=f"application:{application.pk}:{Kind.APPLICATION_ACCEPTED}",
        at=at,
    )
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
    return _assign(lock_project(project.pk), agent, by=by, at=at, reason=reason)


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
    notify(
        [agent.user, *projects.people_of(project.enterprise)],
        Kind.AGENT_ASSIGNED,
        params={"agent": str(agent), "name": project.name},
        url=project.get_absolute_url(),
        event_key=f"project:{project.pk}:{assignment.pk}:{Kind.AGENT_ASSIGNED}",
        at=at,
    )
    return assignment
