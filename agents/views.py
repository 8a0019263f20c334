"""Projects as the firm and its agent see them: what is next, and how each item stands."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render

from agents.acts import LIFE_ACTS
from agents.overview import outline, stage_rows
from agents.search import ProjectSearch
from approvals.items.progress import answer_by
from approvals.items.readiness import Readiness, readiness_of_items
from approvals.models import (
    ApprovalItem,
    ApprovalType,
    Certificate,
    Commitment,
    CorrectionRequest,
    ItemPaper,
    Status,
)
from huadu_portal.accounts.models import User
from huadu_portal.acts.pages import asked_or_done
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import show_not_allowed
from huadu_portal.notifications.models import Notification
from huadu_portal.papers.models import Paper
from huadu_portal.workdays.published import calendar
from projects.models import Document, Project
from projects.operations import editable_by, halt_of

PAGE_SIZE = 20
MESSAGES_SHOWN = 6


def projects(request):
    search = ProjectSearch(request.GET, user=request.user)
    found = search.narrow(Project.objects.visible_to(request.user))
    found = found.select_related("enterprise", "agent").order_by("-number")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = outlined(page, civil_day(now()))
    context = {"search": search, "page": page, "rows": rows}
    return render(request, "agents/projects.html", context)


@show_not_allowed
def edit_project(request, pk):
    """The facts that the reader may edit."""
    project, act = get_project(request.user, pk), LIFE_ACTS["edit"]
    form = act.form(request.POST or None, thing=project, by=request.user)
    if asked_or_done(act, project, form, by=request.user):
        messages.success(request, str(act.done))
        return redirect(project)
    context = {
        "project": project,
        "act": act,
        "form": form,
        "is_firm": not request.user.is_staff,
    }
    return render(request, "agents/edit_project.html", context)


def project(request, pk):
    project = get_project(request.user, pk)
    published, today = calendar(), civil_day(now())
    items = items_with_details(project)
    standing, commitments = outline(items, today), list(commitments_of(project))
    to_bring = [each for each in commitments if each.is_open and not each.approval_type_id]
    context = {
        "project": project,
        "may_edit": bool(editable_by(request.user, project)),
        "edits": project.edits.select_related("by") if project.version else [],
        "halt": halt_of(project),
        "today": today,
        "outline": standing,
        "to_do": [
            (item, *answer_by(item.approval_type, today, published)) for item in standing.to_do
        ],
        "number_to_do": len(standing.to_do) + len(to_bring),
        "commitments": to_bring,
        "readiness": next_ahead(readiness_of_items(items, today)),
        "stages": stage_rows(items, prerequisites(items), today, published),
        "documents": documents_handed_in(project),
        "papers": papers_of(project, items),
        "certificates": certificates_of(items),
        "phase_changes": project.phase_changes.all(),
        "notifications": notifications_of(project, [*items, *commitments], request.user),
        "is_firm": not request.user.is_staff,
    }
    return render(request, "agents/project.html", context)


def get_project(user: User, pk: UUID) -> Project:
    """The project, if this user may know of it; otherwise 404."""
    visible = Project.objects.visible_to(user).select_related(
        "enterprise", "agent__service_agent", "chief_officer", "platform"
    )
    return get_object_or_404(visible, pk=pk)


def outlined(projects: Iterable[Project], today: date) -> list[tuple]:
    """Each project with how it stands; the items of all of them in one query."""
    projects = list(projects)
    items = defaultdict(list)
    for item in in_order(ApprovalItem.objects.filter(project__in=projects)):
        items[item.project_id].append(item)
    return [(project, outline(items[project.pk], today)) for project in projects]


def items_with_details(project: Project) -> list[ApprovalItem]:
    """Its items with all that is shown of them, in as many queries as for one."""
    related = ["department", "certificate__issuer"]
    items = list(in_order(project.items.select_related(*related)).prefetch_related("spans"))
    unanswered = CorrectionRequest.objects.filter(answered_at=None)
    correcting = [item for item in items if item.status == Status.CORRECTING]
    prefetch_related_objects(
        correcting, Prefetch("corrections", unanswered, to_attr="open_corrections")
    )
    return items


def in_order(items: QuerySet) -> QuerySet:
    """In the order of the catalogue."""
    return items.select_related("approval_type").order_by("approval_type__position", "pk")


def prerequisites(items: Iterable[ApprovalItem]) -> dict:
    """The types that come before a type, by its key."""
    pairs = ApprovalType.prerequisites.through.objects.filter(
        from_approvaltype__in=[item.approval_type_id for item in items]
    )
    before = defaultdict(set)
    for later, earlier in pairs.values_list("from_approvaltype", "to_approvaltype"):
        before[later].add(earlier)
    return before


def commitments_of(project: Project) -> QuerySet:
    """The commitments for its items, the next to be kept first."""
    commitments = Commitment.objects.filter(item__project=project)
    related = ["item__approval_type", "item__department", "approval_type"]
    return commitments.select_related(*related).order_by("due_on", "pk")


def next_ahead(checks: Iterable[Readiness]) -> Readiness | None:
    """Of the milestones still to be reached the first; later ones are not yet of interest."""
    return next((check for check in checks if check.is_ahead), None)


def documents_handed_in(project: Project) -> list[tuple[Document, ApprovalItem | None]]:
    """What was handed in with the application, then with each item, each file once."""
    with_items = (
        ApprovalItem.documents.through.objects.filter(approvalitem__project=project)
        .select_related("document__kind", "approvalitem__approval_type")
        .order_by("approvalitem__approval_type__position", "document__pk")
    )
    shown: dict[UUID, tuple[Document, ApprovalItem | None]] = {
        document.pk: (document, None)
        for document in Document.objects.as_handed_in()
        .filter(application__isnull=False, application=project.application_id)
        .select_related("kind")
        .order_by("kind__code", "pk")
    }
    for link in with_items:
        shown.setdefault(link.document_id, (link.document, link.approvalitem))
    return list(shown.values())


def certificates_of(items: Iterable[ApprovalItem]) -> list[Certificate]:
    """What a project has been given, the next to end first."""
    certificates = [item.certificate for item in items if hasattr(item, "certificate")]
    return sorted(certificates, key=lambda each: (each.valid_until or date.max, each.pk))


def papers_of(
    project: Project, items: Iterable[ApprovalItem]
) -> list[tuple[Paper, ApprovalItem | None]]:
    """The project's own official papers and those of its items, the newest first."""
    by_key = {item.pk: item for item in items}
    # Not one condition or the other: all papers there are would be looked at.
    of_items = ItemPaper.objects.filter(item__project=project).order_by().values("paper")
    own = project.papers.order_by().values("paper")
    papers = Paper.objects.filter(pk__in=of_items.union(own, all=True))
    return [
        (paper, by_key[paper.of_item.item_id] if hasattr(paper, "of_item") else None)
        for paper in papers.select_related("of_item").order_by("-issued_at", "pk")
    ]


def notifications_of(
    project: Project, things: Iterable[ApprovalItem | Commitment], reader: User
) -> QuerySet:
    """What the reader was told about the project and its things, the newest first."""
    urls = [thing.get_absolute_url() for thing in [project, *things]]
    mine = Notification.objects.visible_to(reader).filter(url__in=urls)
    return mine.order_by("-created_at", "-pk")[:MESSAGES_SHOWN]
