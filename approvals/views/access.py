"""What a person may know of, or 404."""

from django.shortcuts import get_object_or_404

from approvals.models import ApprovalItem
from projects.models import Project


def get_item(request, pk) -> ApprovalItem:
    """The item, if this user may know of it; otherwise 404."""
    items = ApprovalItem.objects.visible_to(request.user).select_related(
        "project__enterprise",
        "project__agent__service_agent",
        "approval_type",
        "department",
        "officer",
        "joint_case__bundle",
        "whole__approval_type",
    )
    return get_object_or_404(items, pk=pk)


def get_project(request, pk) -> Project:
    """The project, if this user may know of it; otherwise 404."""
    visible = Project.objects.visible_to(request.user).select_related("enterprise")
    return get_object_or_404(visible, pk=pk)
