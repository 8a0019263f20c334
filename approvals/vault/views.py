"""The material vault: everything a firm keeps here, since when, until when and for what."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.items.models import ApprovalItem
from approvals.papers.models import Certificate
from huadu_portal.accounts.models import User
from huadu_portal.accounts.requests import SignedInRequest
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.forms import ChosenFiles, MaterialForm, UploadForm, ValidityForm, VaultSearch
from projects.models import Document, Enterprise, Validity
from projects.views.access import for_enterprises

PER_PAGE = 20


@dataclass(frozen=True)
class Kept:
    """A material with all that its row shows."""

    document: Document
    validity: Validity
    # The items it was handed in for.
    items: list[ApprovalItem]
    # The item whose result it is.
    issued_by: ApprovalItem | None


@dataclass(frozen=True)
class Room:
    """Bytes that a firm keeps here, and may keep."""

    enterprise: Enterprise
    used: int
    quota: int

    @property
    def is_short(self):
        return self.used > self.quota * 0.9


@require_safe
@for_enterprises
def vault(request):
    today = civil_day(now())
    own = Document.objects.visible_to(request.user).current()
    search = VaultSearch(request.GET, user=request.user)
    found = search.narrow(own, today).select_related("kind", "enterprise", "project")
    pages = Paginator(found.order_by("kind__code", "-uploaded_at", "pk"), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "search": search,
        "page": page,
        "rows": kept(list(page.object_list), today),
        "counts": own.counted_by_validity(today),
        "rooms": rooms(request.user),
    }
    return render(request, "approvals/vault.html", context)


def rooms(user: User) -> list[Room]:
    """How much each firm of the person's keeps here, of what it may."""
    own = Enterprise.objects.visible_to(user).order_by("name")
    return [Room(each, operations.room_used(each), settings.ENTERPRISE_QUOTA) for each in own]


@require_safe
@for_enterprises
def material(request, pk):
    """One material with its versions; GET only looks."""
    document, today = get_material(request, pk), civil_day(now())
    form = UploadForm(today=today)
    renewed_files(request, document).show_on(form)
    return material_page(request, document, form, ValidityForm(document=document))


def renewed_files(request: SignedInRequest, document: Document) -> ChosenFiles:
    """What has been chosen as a newer version of a material."""
    return ChosenFiles(request, reverse("approvals:renew_material", args=[document.pk]))


@for_enterprises
def add(request):
    """GET asks, POST keeps."""
    today = civil_day(now())
    chosen, document = ChosenFiles(request), None
    form = MaterialForm(request.POST or None, chosen.files, user=request.user, today=today)
    with chosen.kept_of(form):
        if form.is_valid():
            document = store_document(request, form)
    if document:
        messages.success(request, _("“%(name)s” has been added.") % {"name": document.filename})
        return redirect("approvals:material", document.pk)
    return render(request, "approvals/add_material.html", {"form": form})


@for_enterprises
def renew(request, pk):
    """A newer version of a material."""
    document, today = get_material(request, pk), civil_day(now())
    chosen, newer = renewed_files(request, document), None
    form = UploadForm(request.POST or None, chosen.files, today=today)

    def add_version():
        return operations.add_version(document, by=request.user, at=now(), **form.cleaned_data)

    with chosen.kept_of(form):
        if form.is_valid():
            newer = attempted(form, add_version)
    if newer:
        messages.success(request, _("The new version has been added."))
        return redirect("approvals:material", newer.pk)
    return material_page(request, document, form, ValidityForm(document=document))


@for_enterprises
def set_validity(request, pk):
    document, today = get_material(request, pk), civil_day(now())
    form = ValidityForm(request.POST or None, document=document)

    def put_right():
        return operations.set_validity(document, by=request.user, at=now(), **form.cleaned_data)

    if form.is_valid() and attempted(form, put_right):
        messages.success(request, _("The validity has been corrected."))
        return redirect("approvals:material", document.pk)
    empty = UploadForm(today=today)
    renewed_files(request, document).show_on(empty)
    return material_page(request, document, empty, form)


def get_material(request: SignedInRequest, pk: UUID) -> Document:
    documents = Document.objects.visible_to(request.user).filter(removed_at=None)
    chosen = documents.select_related("kind", "enterprise", "project", "application")
    return get_object_or_404(chosen, pk=pk)


def material_page(
    request: SignedInRequest, document: Document, upload_form: BaseForm, validity_form: BaseForm
) -> HttpResponse:
    today = civil_day(now())
    versions = Document.objects.visible_to(request.user).filter(
        series=document.series, removed_at=None
    )
    is_newest = document.replaced_by_id is None
    in_draft = document.application is not None and document.application.is_editable
    (row,) = kept([document], today)
    context = {
        "row": row,
        "document": document,
        "versions": versions.select_related("uploaded_by").order_by("-version"),
        "changes": document.validity_changes.select_related("by"),
        "may_renew": document.is_of_the_firm and is_newest and not in_draft,
        "may_set": document.is_of_the_firm and is_newest,
        "upload_form": upload_form,
        "validity_form": validity_form,
    }
    return render(request, "approvals/material.html", context)


def store_document(request: SignedInRequest, form: UploadForm) -> Document | None:
    """The document, or None with the reason on the form."""

    def add_document():
        said = dict(form.cleaned_data)
        return operations.add_document(
            said.pop("enterprise"), by=request.user, at=now(), **said
        )

    return attempted(form, add_document)


def attempted(form, act):
    """What the act returns; None, and a sentence on the form, where it refuses."""
    try:
        return act()
    except ValidationError as error:
        form.add_error("upload" if "upload" in form.fields else None, error.messages)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    return None


def kept(documents: Collection[Document], today: date) -> list[Kept]:
    """Each with the items it serves or comes from, in as many queries for many as for one."""
    documents = list(documents)
    items = defaultdict(list)
    links = ApprovalItem.documents.through.objects.filter(document__in=documents)
    for link in links.select_related("approvalitem__approval_type", "approvalitem__project"):
        items[link.document_id].append(link.approvalitem)
    results = Certificate.objects.filter(document__in=documents).select_related(
        "item__approval_type", "item__department"
    )
    issued_by = {result.document_id: result.item for result in results}
    return [
        Kept(
            document,
            document.validity_on(today),
            items[document.pk],
            issued_by.get(document.pk),
        )
        for document in documents
    ]
