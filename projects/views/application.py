"""An application as a whole: the list, a new one, where it stands, its receipt."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huadu_portal import downloads
from huadu_portal.acts.pages import asked_or_done
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed, show_not_allowed
from huadu_portal.papers.document_access import paper_response
from huadu_portal.papers.models import Paper
from projects import operations
from projects.filing_acts import FILING_ACTS
from projects.forms import (
    STEPS,
    DocumentVersionForm,
    StartForm,
    SubmitApplicationForm,
    check_draft,
    filled_in,
)
from projects.forms.assisted_filing import REGISTERED_JUST_NOW, CounterForm
from projects.forms.steps import MATERIALS
from projects.models import Application, CounterNotice, Enterprise, MaterialKind
from projects.views.access import for_filers, get_application, get_own_application
from projects.views.materials import asked_for
from projects.views.steps import review_page

PER_PAGE = 20


@require_safe
@for_filers
def applications(request):
    """One's own; for the window those that it files for others."""
    own = Application.objects.visible_to(request.user).select_related("enterprise", "project")
    if request.user.is_staff:
        own = own.assisted()
    pages = Paginator(own.order_by("-saved_at", "-pk"), PER_PAGE)
    return render(
        request,
        "projects/applications.html",
        {
            "page": pages.get_page(request.GET.get("page")),
            "has_enterprise": request.user.is_staff
            or Enterprise.objects.visible_to(request.user).exists(),
        },
    )


@for_filers
def start(request):
    """Says what will be needed; POST begins a draft."""
    if request.user.is_staff:
        return _start_at_window(request)
    enterprises = Enterprise.objects.visible_to(request.user).order_by("name")
    if not enterprises:
        messages.info(
            request, _("Please first register your enterprise, or request to join it.")
        )
        return redirect("projects:register_enterprise")
    form = StartForm(request.POST or None, enterprises=enterprises)
    if len(enterprises) == 1:
        form.fields["enterprise"].initial = enterprises[0].pk
    if form.is_valid():
        return _begin(request, form.cleaned_data["enterprise"])
    return _start_page(request, form, enterprises)


def _start_page(request, form, enterprises):
    kinds = MaterialKind.objects.filter(with_application=True).order_by("-is_required", "code")
    return render(
        request,
        "projects/start.html",
        {"form": form, "enterprises": enterprises, "kinds": kinds},
    )


def _start_at_window(request):
    """For a firm that came to the window; of two clerks at once the second looks again."""
    form = CounterForm(request.POST or None, by=request.user)
    if form.is_valid():
        try:
            with transaction.atomic():
                application = operations.begin_assisted(
                    by=request.user, at=now(), **form.cleaned_data
                )
            return redirect("projects:step", application.pk, STEPS[0].slug)
        except IntegrityError:
            form.add_error("credit_code", REGISTERED_JUST_NOW)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return _start_page(request, form, [])


def _begin(request, enterprise):
    contact = {"contact_name": request.user.name, "contact_mobile": request.user.mobile}
    draft = {name: text for name, text in contact.items() if text}
    try:
        application = operations.start_application(
            enterprise, by=request.user, at=now(), draft=draft
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("projects:applications")
    return redirect("projects:step", application.pk, STEPS[0].slug)


@require_safe
def application(request, pk):
    application = get_application(request, pk)
    events = list(application.events.select_related("by"))
    is_mine = application.is_editable or application.is_waiting
    may_act = is_mine and operations.may_file(request.user, application)
    context = {
        "application": application,
        "events": events,
        "returned": events[-1] if application.is_returned and events else None,
        "sections": submitted(application),
        "documents": application.documents.as_handed_in()
        .select_related("kind")
        .order_by("kind"),
        "kept": application.relied_on.select_related("kind").order_by("kind"),
        "project": getattr(application, "project", None),
        "may_act": may_act,
        "may_confirm": FILING_ACTS["confirm_filing"].rule.may(request.user, application),
        "first_step": step_to_mend(application, events),
    }
    return render(request, "projects/application.html", context)


def step_to_mend(application, events):
    """The step at which the form is gone on with; of a returned one the materials, if the list
    names any of them."""
    lines = events[-1].missing if application.is_returned and events else []
    kinds = [kind.name for kind in asked_for()] if lines else []
    names_one = any(line.startswith(name) for line in lines for name in kinds)
    return MATERIALS.slug if names_one else STEPS[0].slug


def submitted(application):
    """Step by step what the typed columns, or else the draft, say."""
    if application.number:
        names = [name for step in STEPS for name in step.names]
        values = {name: getattr(application, name) for name in names}
        return [(step, filled_in(step.form(), values)) for step in STEPS if step.form]
    return [
        (step, filled_in(form, application.draft | form.cleaned_data))
        for step, form in check_draft(application).forms
    ]


@show_not_allowed
def submit(request, pk):
    """POST hands it in; whoever comes back to this address by signing in looks once more."""
    application = get_own_application(request, pk)
    if application.is_waiting:
        return redirect("projects:receipt", application.pk)
    if request.method != "POST":
        return redirect("projects:step", application.pk, "review")
    checked = check_draft(application)
    unchanged = operations.is_unchanged(application, checked.fields)
    form = SubmitApplicationForm(request.POST, is_unchanged=unchanged)
    if not form.is_valid() or (checked.problems and application.is_editable):
        return review_page(request, application, checked, form)
    operations.submit_application(
        application,
        by=request.user,
        at=now(),
        fields=checked.fields,
        unchanged=form.cleaned_data.get("unchanged", False),
    )
    messages.success(request, _("Your application has been submitted."))
    return redirect("projects:receipt", application.pk)


@show_not_allowed
def withdraw(request, pk):
    application = get_own_application(request, pk)
    form = DocumentVersionForm(request.POST or None, initial={"version": application.version})
    if form.is_valid():
        operations.withdraw_application(
            application, by=request.user, at=now(), **form.cleaned_data
        )
        messages.success(request, _("The application has been withdrawn."))
        return redirect(application)
    context = {"application": application, "form": form}
    return render(request, "projects/withdraw.html", context)


@show_not_allowed
def confirm_filing(request, pk):
    """The firm says yes to what the window filed for it. GET asks, POST acts."""
    application, act = get_application(request, pk), FILING_ACTS["confirm_filing"]
    form = act.form(request.POST if request.method == "POST" else None, thing=application)
    if asked_or_done(act, application, form, by=request.user) is not None:
        messages.success(request, str(act.done))
        return redirect(application)
    context = {"application": application, "act": act, "form": form}
    return render(request, "projects/confirm_filing.html", context)


@require_safe
def notice(request, pk):
    """A notice for a firm without an account, to be printed and handed over."""
    visible = CounterNotice.objects.visible_to(request.user).select_related(
        "enterprise", "application", "project", "handed_over__by"
    )
    found = get_object_or_404(visible, pk=pk)
    return render(request, "projects/notice.html", {"notice": found})


# ---- Receipt ------------------------------------------------------------------------------


@require_safe
def receipt(request, pk):
    application = get_application(request, pk)
    if not application.number:
        raise Http404
    context = {
        "application": application,
        "documents": application.documents.as_handed_in().select_related("kind"),
        "kept": application.relied_on.select_related("kind").order_by("kind"),
        "papers": application.papers.select_related("paper").order_by("-pk"),
        "next_steps": next_steps(),
    }
    return render(request, "projects/receipt.html", context)


@require_safe
@downloads.or_why_not
def receipt_pdf(request, pk, paper=None):
    """The paper of the last submission, or the one that is named."""
    application = get_application(request, pk)
    papers = Paper.objects.filter(of_application__application=application)
    if paper:
        papers = papers.filter(pk=paper)
    found = papers.order_by("-of_application__pk").first()
    if found is None:
        raise Http404
    return paper_response(found, inline="download" not in request.GET)


def next_steps():
    return [
        _("The window checks the application within three working days."),
        _(
            "If anything is missing, you will receive one complete list; the number stays the "
            "same when you submit again."
        ),
        _(
            "Once the project is taken on, a service agent supports it free of charge, from "
            "filing to production."
        ),
    ]
