"""What a person may know of, or 404; and how long each party held a project's items."""

from uuid import UUID

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from approvals.items.models import ApprovalItem
from approvals.items.time_by_holder import courts_of, items_with_time
from huadu_portal.accounts.requests import SignedInRequest
from huadu_portal.clock import now
from projects.models import Project


def get_item(request: SignedInRequest, pk: UUID, *related: str) -> ApprovalItem:
    """The item with what is `related`, if this user may know of it; otherwise 404."""
    items = ApprovalItem.objects.visible_to(request.user).select_related(
        "project__enterprise",
        "project__agent__service_agent",
        "approval_type",
        "department",
        "officer",
        "joint_case__bundle",
        "whole__approval_type",
        *related,
    )
    return get_object_or_404(items, pk=pk)


def get_project(request: SignedInRequest, pk: UUID) -> Project:
    """The project, if this user may know of it; otherwise 404."""
    visible = Project.objects.visible_to(request.user).select_related("enterprise")
    return get_object_or_404(visible, pk=pk)


@require_safe
def courts(request, pk):
    project, at = get_project(request, pk), now()
    visible = ApprovalItem.objects.visible_to(request.user).filter(project=project)
    items = list(items_with_time(visible))
    context = {
        "project": project,
        "at": at,
        "courts": courts_of(items, at),
        "rows": [(item, courts_of([item], at)) for item in items],
        "is_firm": not request.user.is_staff,
    }
    return render(request, "approvals/project_courts.html", context)
