"""书面承诺: one promise, for whoever may see its item; who made it keeps it here."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals import operations
from approvals.forms.commitment import KeepForm
from approvals.models import Commitment
from approvals.rights import may_keep
from approvals.views.access import get_item
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed, show_on


def commitment(request, pk, commitment_pk):
    """GET asks, POST keeps it."""
    item = get_item(request, pk)
    commitment = get_object_or_404(
        item.commitments.select_related("material", "document"), pk=commitment_pk
    )
    today, allowed = civil_day(now()), may_keep(request.user, item.project)
    if request.method == "POST" and not allowed:
        raise PermissionDenied
    form = KeepForm(
        request.POST or None, request.FILES or None, commitment=commitment, today=today
    )
    try:
        if form.is_valid() and kept(commitment, form, by=request.user):
            messages.success(request, _("The promise has been kept; the department is told."))
            return redirect(item)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(commitment)
    context = {
        "item": item,
        "commitment": commitment,
        "form": form if allowed and commitment.is_open else None,
        "today": today,
        "sees_project": not request.user.is_of_department,
    }
    return render(request, "approvals/commitment.html", context)


def kept(commitment: Commitment, form: KeepForm, *, by) -> bool:
    """Whether it was; otherwise why not stands on the form."""
    try:
        with transaction.atomic():
            at = now()
            operations.keep_commitment(commitment, by=by, at=at, **form.arguments(by=by, at=at))
    except ValidationError as error:
        show_on(form, error)
        return False
    return True
