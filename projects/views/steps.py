"""Filling an application in: one page per step, kept as it is typed."""

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed, post_only, show_not_allowed
from projects import operations
from projects.forms import (
    STEPS,
    SubmitApplicationForm,
    check_draft,
    filled_in,
    step_named,
    typed_in,
)
from projects.models import EDITABLE
from projects.views.access import get_own_application
from projects.views.materials import zones

# Characters kept of one field; far beyond what any field may have in the end.
LONGEST = 20_000


@show_not_allowed
def step(request, pk, step):
    application = get_own_application(request, pk)
    step = get_step(step)
    if not application.is_editable and request.method != "POST":
        return redirect(application)
    if step.slug == "review":
        checked = check_draft(application)
        unchanged = operations.is_unchanged(application, checked.fields)
        form = SubmitApplicationForm(is_unchanged=unchanged)
        return review_page(request, application, checked, form)
    if step.slug == "materials":
        return materials_page(request, application, step)
    return form_page(request, application, step)


def form_page(request, application, step):
    """GET shows what is typed; POST keeps it and goes on, unless something is wrong."""
    if request.method == "POST":
        application = save_step(request, application, step, offered=step.names)
        form = step.form(typed_in(application))
        wish = request.POST.get("go", "next")
        if wish != "next" or form.is_valid():
            return redirect(*destination(application, step, wish))
    else:
        form = step_form(application, step)
    context = base_context(application, step) | {"form": form, "was": was(application, step)}
    return render(request, step.template, context)


def step_form(application, step):
    """Judged once all of the step has been shown; until then nobody is told off."""
    typed = typed_in(application)
    if set(step.names) <= typed.keys():
        return step.form(typed)
    return step.form(initial=typed)


def materials_page(request, application, step):
    if request.method == "POST":
        wish = request.POST.get("go", "next")
        return redirect(*destination(application, step, wish))
    context = base_context(application, step) | {"zones": zones(application)}
    return render(request, "projects/step_materials.html", context)


def review_page(request, application, checked, form):
    values = typed_in(application)
    sections = [
        (step, filled_in(step_form, values | step_form.cleaned_data))
        for step, step_form in checked.forms
    ]
    context = base_context(application, step_named("review"), checked) | {
        "sections": sections,
        "zones": zones(application),
        "problems": checked.problems,
        "form": form,
        "is_unchanged": "unchanged" in form.fields,
        "answer_by": operations.expected_answer(now()),
    }
    return render(request, "projects/step_review.html", context)


def base_context(application, step, checked=None):
    position = STEPS.index(step)
    unfinished = {problem.step for problem in (checked or check_draft(application)).problems}
    return {
        "application": application,
        "step": step,
        "steps": STEPS,
        "previous": STEPS[position - 1] if position else None,
        "returned": application.events.last() if application.is_returned else None,
        "saved_at": at_hand(application.saved_at),
        "progress": [
            {
                "title": other.title,
                "slug": other.slug,
                "state": _state(step, other, unfinished),
            }
            for other in STEPS
        ],
    }


def _state(step, other, unfinished):
    if other == step:
        return "current"
    return "todo" if other in unfinished or other.slug == "review" else "done"


def destination(application, step, wish):
    """Where a button of the step leads."""
    if wish == "leave":
        return ("projects:applications",)
    position = STEPS.index(step) + (-1 if wish == "back" else 1)
    return "projects:step", application.pk, STEPS[max(position, 0)].slug


# ---- Keeping what is typed ----------------------------------------------------------------


@post_only(lambda pk, step: ["projects:step", pk, step])
def save_typed(request, pk, step):
    """For the browser, while someone types: keeps the fields it names and says when."""
    application = get_own_application(request, pk)
    try:
        application = save_step(request, application, get_step(step))
    except NotAllowed as refusal:
        return JsonResponse({"detail": str(refusal)}, status=409)
    return JsonResponse({"saved_at": at_hand(application.saved_at)})


def save_step(request, application, step, offered=()):
    typed = changed(request.POST, step)
    if not typed and set(offered) <= application.draft.keys():
        if application.status not in EDITABLE:
            raise NotAllowed(_("This application can no longer be changed."))
        return application
    return operations.save_draft(
        application, by=request.user, at=now(), typed=typed, offered=offered
    )


def changed(posted, step):
    """The step's fields that differ from what the page showed (`was-…`).

    A second tab shows older values; what was not touched in it must not be written.
    An unticked box is not posted at all, but its `was-…` is.
    """
    typed = {}
    for name in step.names:
        if name not in posted and f"was-{name}" not in posted:
            continue
        text = storable(posted.get(name, ""))
        if text != storable(posted.get(f"was-{name}", "\0unknown")):
            typed[name] = text
    return typed


def storable(text):
    # PostgreSQL keeps no NUL; a browser sends every line end as two characters.
    return text.replace("\0", "").replace("\r\n", "\n")[:LONGEST]


def was(application, step):
    typed = typed_in(application)
    return {f"was-{name}": typed.get(name, "") for name in step.names}


def at_hand(moment):
    return date_format(timezone.localtime(moment), "H:i")


def get_step(slug):
    if found := step_named(slug):
        return found
    raise Http404
