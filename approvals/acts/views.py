"""One item, for whoever may know of it, and the acts that are open to them; commitments, and
consultations.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from approvals.acts.consultation_and_commitment_acts import COMMITMENT_ACTS, CONSULTATION_ACTS
from approvals.acts.document_access import documents_of
from approvals.acts.forms.commitment import KeepForm
from approvals.acts.forms.opinion import OpinionForm
from approvals.acts.models import POINTS, Consultation
from approvals.acts.overview import OVERVIEW_RELATED, overview_of
from approvals.items.models import ApprovalItem, Holder, Status
from approvals.items.progress import answer_by, progress_of
from approvals.items.rights import ITEM_ACTS, events_for
from approvals.items.time_by_holder import courts_of
from approvals.items.views import get_item
from approvals.vault.needs import needs_of_item
from huadu_portal import downloads
from huadu_portal.accounts.models import User
from huadu_portal.acts.pages import asked_or_done
from huadu_portal.clock import civil_day, now
from huadu_portal.counts import without_empty_queries
from huadu_portal.errors import NotAllowed, show_not_allowed
from huadu_portal.ui.neighbours import kept_place, neighbours_by_address
from huadu_portal.workdays.published import calendar
from projects.document_access import document_response
from projects.forms import ChosenFiles
from projects.models import Document


def item(request, pk):
    item, at = get_item(request, pk, *OVERVIEW_RELATED), now()
    prefetch_related_objects([item], "spans")
    published, today = calendar(), civil_day(at)
    context = overview_of(item, today) | {
        "item": item,
        "progress": progress_of(item, today, published),
        "offers": ITEM_ACTS.offers(request.user, item),
        "awaits_firm": is_for_firm(item),
        "awaits_answer": item.status == Status.SUBMITTED,
        "answer_by": answer_by(item.approval_type, today, published),
        "needs": needs_of_item(item, today, published),
        "other_materials": other_materials_of(item),
        "before": prerequisites_of(item),
        "corrections": item.corrections.prefetch_related(*POINTS),
        "opinions": opinions_of(item),
        "courts": courts_of([item], at),
        "events": history_of(item, request.user),
        # A department sees a project through its items only.
        "is_firm": not request.user.is_staff,
        "sees_project": not request.user.is_of_department,
    }
    return render(request, "approvals/item.html", without_empty_queries(context))


@show_not_allowed
def act(request, pk, act):
    """The dialog of one act: GET asks, POST acts."""
    item, act = get_item(request, pk), ITEM_ACTS[act]
    chosen = ChosenFiles(request)
    form = act.form(request.POST or None, chosen.files, thing=item, act=act.name)
    with chosen.kept_of(form):
        done = asked_or_done(act, item, form, by=request.user)
    if done:
        messages.success(request, str(act.done))
        return redirect(done)
    return render(request, "approvals/act.html", {"item": item, "act": act, "form": form})


@downloads.or_why_not
def document(request, pk, document_pk):
    """A file of the item to whoever may see the item."""
    item = get_item(request, pk)
    its_own = documents_of(ApprovalItem.objects.filter(pk=item.pk))
    found = get_object_or_404(Document, its_own, pk=document_pk)
    return document_response(found, to=request.user)


def is_for_firm(item: ApprovalItem) -> bool:
    """Whether the firm can hand it in, for the first time or again."""
    handed_in_by_firm = not item.approval_type.is_recorded
    awaited = item.status in {Status.READY, Status.CORRECTING} and handed_in_by_firm
    return awaited and not item.is_in_pre_review


def other_materials_of(item: ApprovalItem) -> QuerySet:
    """What was handed in besides what is asked for."""
    asked = item.approval_type.requirements.values("kind")
    others = item.documents.exclude(kind__in=asked).select_related("kind")
    return others.order_by("kind__code", "-uploaded_at")


def opinions_of(item: ApprovalItem) -> list | QuerySet:
    """What its pre-review said, in the case that it is in."""
    return item.pre_opinions.filter(case=item.joint_case) if item.joint_case else []


def prerequisites_of(item: ApprovalItem) -> QuerySet:
    """The project's items that have to be met before this one."""
    before = item.project.items.filter(approval_type__dependants=item.approval_type_id)
    return before.select_related("approval_type").order_by("approval_type__position", "pk")


@dataclass(frozen=True)
class Line:
    """A line of the history, fit for its reader."""

    event: object
    actor: str | Promise


def history_of(item: ApprovalItem, reader: User) -> list[Line]:
    events = events_for(reader, item).select_related("by__department")
    return [Line(event, actor(event.by, reader)) for event in events]


def actor(person: User | None, reader: User) -> str | Promise:
    """Who did it; a firm is shown offices, not persons."""
    if person is None:
        return _("the system")
    if reader.is_staff:
        return f"{person} · {person.get_role_display()}"
    if not person.is_staff:
        return Holder.ENTERPRISE.label
    return str(person.department or Holder.CENTRE.label)


def commitment(request, pk, commitment_pk):
    """GET asks, POST keeps it."""
    item, act = get_item(request, pk), COMMITMENT_ACTS["keep"]
    commitment = get_object_or_404(
        item.commitments.select_related("material", "document", "approval_type"),
        pk=commitment_pk,
    )
    commitment.item, today = item, civil_day(now())
    chosen = ChosenFiles(request)
    form = KeepForm(request.POST or None, chosen.files, thing=commitment, today=today)
    try:
        with chosen.kept_of(form):
            done = request.method == "POST" and asked_or_done(
                act, commitment, form, by=request.user
            )
        if done:
            messages.success(request, str(act.done))
            return redirect(item)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(commitment)
    context = {
        "item": item,
        "commitment": commitment,
        "act": act,
        "form": form if act.rule.is_offered(request.user, commitment) else None,
        "today": today,
        "sees_project": not request.user.is_of_department,
    }
    return render(request, "approvals/commitment.html", context)


PAGE_SIZE = 20


def consultations(request):
    """What one's department has been asked, the unanswered first."""
    if not request.user.is_staff:
        raise PermissionDenied
    asked = (
        Consultation.objects.visible_to(request.user)
        .select_related(
            "department", "item__approval_type", "item__project", "item__department"
        )
        .order_by("-answered_at", "due_on", "pk")
    )
    page = Paginator(asked, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "today": civil_day(now())}
    return render(request, "approvals/consultations.html", context)


@show_not_allowed
def consultation(request, pk):
    """The question with the item's materials; the consulted department answers here."""
    consultation, act = get_consultation(request.user, pk), CONSULTATION_ACTS["answer"]
    form = OpinionForm(request.POST or None, thing=consultation)
    neighbours = neighbours_by_address(request)
    if request.method == "POST" and asked_or_done(act, consultation, form, by=request.user):
        messages.success(request, str(act.done))
        if neighbours and "and_next" in request.POST:
            return redirect(neighbours.further)
        return redirect(consultation.get_absolute_url() + kept_place(request))
    context = {
        "neighbours": neighbours,
        "consultation": consultation,
        "item": consultation.item,
        "documents": consultation.item.documents.select_related("kind"),
        "act": act,
        "form": form if act.rule.is_offered(request.user, consultation) else None,
        "today": civil_day(now()),
    }
    return render(request, "approvals/consultation.html", context)


@downloads.or_why_not
def consultation_document(request, pk, document_pk):
    """A material of the item, for the department that is asked about it."""
    consultation = get_consultation(request.user, pk)
    of_item = consultation.item.documents.values("pk")
    found = get_object_or_404(Document, pk__in=of_item, id=document_pk)
    return document_response(found, to=request.user)


def get_consultation(user: User, pk: UUID) -> Consultation:
    """The consultation, if this person may know of it; a firm does not."""
    if not user.is_staff:
        raise PermissionDenied
    asked = Consultation.objects.visible_to(user).select_related(
        "department",
        "item__approval_type",
        "item__department",
        "item__project__enterprise",
    )
    return get_object_or_404(asked, pk=pk)
