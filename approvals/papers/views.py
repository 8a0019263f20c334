"""Official papers, handed out to whoever may see what they are about."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from approvals.items.views import get_item
from huadu_portal import downloads
from huadu_portal.papers.document_access import paper_response
from huadu_portal.papers.models import Paper
from projects.models import Project


@require_safe
@downloads.or_why_not
def item_paper(request, pk, paper_pk):
    item = get_item(request, pk)
    paper = get_object_or_404(Paper, of_item__item=item, pk=paper_pk)
    return paper_response(paper, inline=is_looked_at(request))


@require_safe
@downloads.or_why_not
def of_project(request, pk, paper_pk):
    """A paper about a project as a whole."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    paper = get_object_or_404(Paper, of_project__project=project, pk=paper_pk)
    return paper_response(paper, inline=is_looked_at(request))


def is_looked_at(request: HttpRequest) -> bool:
    """In the browser, not kept."""
    return "download" not in request.GET
