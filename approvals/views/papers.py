"""Official papers, handed out to whoever may see what they are about."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from approvals.views.items import get_item
from huadu_portal.papers.models import Paper
from huadu_portal.papers.operations import Damaged, NotSet, opened
from projects.models import Project


@require_safe
def of_item(request, pk, paper_pk):
    item = get_item(request, pk)
    paper = get_object_or_404(Paper, of_item__item=item, pk=paper_pk)
    return handed_out(request, paper, back=item.get_absolute_url())


@require_safe
def of_project(request, pk, paper_pk):
    """A paper about a project as a whole."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    paper = get_object_or_404(Paper, of_project__project=project, pk=paper_pk)
    return handed_out(request, paper, back=project.get_absolute_url())


def handed_out(request, paper: Paper, *, back: str):
    """The PDF, if it is what was set; otherwise a page that says what can be done."""
    try:
        file = opened(paper)
    except NotSet:
        return render(request, "approvals/paper_not_set.html", {"back": back}, status=503)
    except Damaged:
        return render(request, "approvals/paper_damaged.html", {"back": back}, status=500)
    return FileResponse(
        file,
        as_attachment="download" in request.GET,
        filename=f"{paper.number} {paper.title}.pdf",
        content_type="application/pdf",
        headers={"X-Content-Type-Options": "nosniff"},
    )
