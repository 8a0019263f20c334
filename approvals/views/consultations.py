"""征求意见: opinions asked of a department, for those who are asked and those who ask."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals import operations
from approvals.forms.opinion import OpinionForm
from approvals.models import Consultation
from huadu_portal import downloads
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import show_not_allowed
from projects.handing_out import handed_out
from projects.models import Document

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
    """The question with the item's materials; the asked department answers here."""
    consultation = get_consultation(request.user, pk)
    may_answer = is_asked(request.user, consultation) and consultation.is_open
    form = OpinionForm(request.POST or None)
    if request.method == "POST":
        if not is_asked(request.user, consultation):
            raise PermissionDenied
        if form.is_valid():
            operations.give_opinion(
                consultation, by=request.user, at=now(), **form.cleaned_data
            )
            messages.success(request, _("Your opinion has been given; the officer is told."))
            return redirect(consultation)
    context = {
        "consultation": consultation,
        "item": consultation.item,
        "documents": consultation.item.documents.select_related("kind"),
        "form": form if may_answer else None,
        "today": civil_day(now()),
    }
    return render(request, "approvals/consultation.html", context)


@downloads.or_why_not
def consultation_document(request, pk, document_pk):
    """A material of the item, for the department that is asked about it."""
    consultation = get_consultation(request.user, pk)
    of_item = consultation.item.documents.values("pk")
    found = get_object_or_404(Document, pk__in=of_item, id=document_pk)
    return handed_out(found, to=request.user)


def get_consultation(user: User, pk) -> Consultation:
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


def is_asked(user: User, consultation: Consultation) -> bool:
    return user.is_of_department and user.department_id == consultation.department_id
