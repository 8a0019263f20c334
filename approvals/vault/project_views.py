"""Everything all items of a project still need: one page, one letter, one upload for all."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.items.views import get_project
from approvals.vault.letters import issue_list_of_lacking
from approvals.vault.needs import KindNeed, by_kind, needs_of_project
from approvals.vault.views import attempted
from huadu_portal.accounts.models import User
from huadu_portal.accounts.requests import SignedInRequest
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import post_only
from huadu_portal.workdays.published import calendar
from projects import operations
from projects.forms import ChosenFiles, UploadForm
from projects.models import Document, MaterialKind, Project


@require_safe
def materials(request, pk):
    return project_materials_page(request, get_project(request, pk))


@post_only(lambda pk, kind: ["approvals:project_materials", pk])
def upload(request, pk, kind):
    """One file, which serves every item of the project that asks for its kind."""
    project = get_project(request, pk)
    if not may_upload(request.user):
        raise PermissionDenied
    needed = [each for each in kinds_needed(project) if each.kind.code == kind]
    wanted = get_object_or_404(MaterialKind, pk__in=[each.kind.pk for each in needed])
    chosen, document = files_for_project(request, project), None
    form = upload_form(needed[0], request.POST, chosen.files)
    with chosen.kept_of(form):
        if form.is_valid():
            document = attempted(form, lambda: store_document(request, project, wanted, form))
    if document is None:
        return project_materials_page(request, project, refused={wanted.pk: form})
    messages.success(
        request,
        _("“%(kind)s” has been added; it serves every approval listed with it.")
        % {"kind": wanted},
    )
    return redirect("approvals:project_materials", project.pk)


@post_only(lambda pk: ["approvals:project_materials", pk])
def issue_list(request, pk):
    """补齐材料清单: issues the paper of the day and shows it."""
    project = get_project(request, pk)
    if not may_upload(request.user):
        raise PermissionDenied
    lacking = [each for each in kinds_needed(project) if each.is_lacking]
    link = issue_list_of_lacking(project, lacking, at=now())
    return redirect("approvals:project_paper", project.pk, link.paper_id)


def kinds_needed(project: Project) -> list[KindNeed]:
    return by_kind(needs_of_project(project, civil_day(now()), calendar()))


def may_upload(user: User) -> bool:
    """The firm's people; the centre's may put in what government already has."""
    return not user.is_staff or user.has_perm("projects.share_document")


def store_document(
    request: SignedInRequest, project: Project, kind: MaterialKind, form: UploadForm
) -> Document:
    act = operations.share_document if request.user.is_staff else operations.add_document
    return act(
        project.enterprise,
        by=request.user,
        at=now(),
        kind=kind,
        project=project,
        **form.cleaned_data,
    )


def files_for_project(request: SignedInRequest, project: Project) -> ChosenFiles:
    """What has been chosen in the fields of the page, each of which has a form of its own."""
    return ChosenFiles(request, reverse("approvals:project_materials", args=[project.pk]))


def upload_form(need: KindNeed, *data: Any) -> UploadForm:
    # Many stand on one page: each has names of its own.
    form = UploadForm(*data, today=need.needs[0].today, prefix=need.kind.code)
    form.fields["valid_until"].help_text = ""
    return form


def with_forms(
    request: SignedInRequest,
    project: Project,
    needs: Iterable[KindNeed],
    refused: Mapping[UUID, UploadForm],
) -> list[tuple[KindNeed, UploadForm]]:
    """Each kind with its form: the one that was refused, or an empty one."""
    chosen, rows = files_for_project(request, project), []
    for need in needs:
        form = refused.get(need.kind.pk)
        if form is None:
            form = upload_form(need)
            chosen.show_on(form)
        rows.append((need, form))
    return rows


def project_materials_page(
    request: SignedInRequest, project: Project, refused: Mapping[UUID, UploadForm] | None = None
) -> HttpResponse:
    needs = kinds_needed(project)
    only_lacking = request.GET.get("only") == "lacking"
    shown = [need for need in needs if need.is_lacking or not only_lacking]
    context = {
        "project": project,
        "needs": with_forms(request, project, shown, refused or {}),
        "total": len(needs),
        "lacking": sum(need.is_lacking for need in needs),
        "expiring": sum(need.is_expiring for need in needs),
        "there": sum(not need.is_lacking for need in needs),
        "only_lacking": only_lacking,
        "may_upload": may_upload(request.user),
        "is_firm": not request.user.is_staff,
        "today": civil_day(now()),
    }
    return render(request, "approvals/project_materials.html", context)
