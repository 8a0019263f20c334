"""Where the time of a project has gone: by party, and item by item."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.courts import courts_of, items_with_time
from approvals.models import ApprovalItem
from approvals.views.access import get_project
from huadu_portal.clock import now


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
