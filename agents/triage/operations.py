"""Taking a project on."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from agents.models import ServiceAgent
from agents.operations import assignment_message, replace_agent
from approvals.items.operations import Exemption, plan_items
from approvals.models import ApprovalType
from huadu_portal.accounts.models import User
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
    licence_checked: bool = False,
) -> Project:
    """Accept an application: the project, its items and its agent, all or nothing."""
    project = projects.accept_application(
        application, by=by, at=at, version=version, licence_checked=licence_checked
    )
    plan_items(project, types, exempt=exempt, by=by, at=at)
    assignment = replace_agent(project, agent, by=by, at=at)
    people = projects.people_of(project.enterprise)
    accepted = Message(
        people,
        Kind.APPLICATION_ACCEPTED,
        params={"name": project.name, "project": project.number},
        url=project.get_absolute_url(),
        event_key=f"application:{application.pk}:{Kind.APPLICATION_ACCEPTED}",
    )
    assigned = assignment_message(assignment, agent, people)
    notify_all([assigned, accepted], at=at)
    projects.keep_for_counter(
        [accepted, assigned], project.enterprise, people, at=at, project=project
    )
    return project
