"""五证联办 on the portal: opening a case, how it stands, and the acts on it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render

from approvals.items.models import ApprovalItem
from approvals.joint.acts import CASE_ACTS, OPEN_CASE
from approvals.joint.forms import OpenCaseForm
from approvals.joint.models import JointBundle, JointCase
from approvals.joint.operations import joinable
from approvals.joint.operations.cases import FEWEST
from approvals.joint.standing import case_summary, shown_cases
from huadu_portal.acts.pages import asked_or_done
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed, show_not_allowed
from huadu_portal.workdays.published import calendar
from projects.forms import ChosenFiles
from projects.models import Project


@show_not_allowed
def joint_cases(request, pk):
    """A project's cases, and what else could be handled jointly; a new one begins here."""
    projects = Project.objects.visible_to(request.user).select_related("enterprise")
    project = get_object_or_404(projects, pk=pk)
    chosen, case = ChosenFiles(request), None
    form = OpenCaseForm(request.POST or None, chosen.files, thing=project, by=request.user)
    with chosen.kept_of(form):
        if request.method == "POST":
            case = _opened(request, project, form)
    if case:
        return redirect(case)
    offers = offers_for(project)
    context = {
        "project": project,
        "cases": [
            case_summary(case, civil_day(now()), calendar())
            for case in shown_cases(request.user).filter(project=project)
        ],
        "offers": offers,
        "act": OPEN_CASE,
        "form": form if offers and OPEN_CASE.rule.may(request.user, project) else None,
        "today": civil_day(now()),
        "is_firm": not request.user.is_staff,
    }
    return render(request, "approvals/joint_cases.html", context)


def _opened(request: HttpRequest, project: Project, form: OpenCaseForm) -> JointCase | None:
    """The new case, or the one that a stale page did not know of; each is said.

    None when nothing was opened and no case of the bundle goes on.
    """
    try:
        case = asked_or_done(OPEN_CASE, project, form, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        going_on = project.joint_cases.going_on()
        return going_on.filter(bundle=form.cleaned_data["bundle"]).first()
    if case:
        messages.success(request, str(OPEN_CASE.done))
    return case


def offers_for(project: Project) -> list[tuple[JointBundle, list[ApprovalItem]]]:
    """Bundles of which something can be handled jointly, with the items they would take."""
    taken = project.joint_cases.going_on().values("bundle")
    bundles = JointBundle.objects.suiting(project).exclude(pk__in=taken)
    offers = []
    for bundle in bundles:
        found = joinable(project, bundle).select_related("approval_type", "department")
        items = list(found.order_by("approval_type__position"))
        if len(items) >= FEWEST:
            offers.append((bundle, items))
    return offers


def joint_case(request, pk):
    case = get_case(request, pk)
    shown = case_summary(case, civil_day(now()), calendar())
    context = {
        "case": case,
        "standing": shown,
        "changes": case.fact_changes.select_related("by"),
        "offers": CASE_ACTS.offers(request.user, case),
        "papers": case.papers.select_related("paper").order_by("-pk"),
        "today": civil_day(now()),
        "sees_project": not request.user.is_of_department,
        "visible": set(
            ApprovalItem.objects.visible_to(request.user)
            .filter(joint_case=case)
            .values_list("pk", flat=True)
        ),
    }
    return render(request, "approvals/joint_case.html", context)


@show_not_allowed
def case_act(request, pk, act):
    """The dialog of one act on a case: GET asks, POST acts."""
    case, act = get_case(request, pk), CASE_ACTS[act]
    chosen = ChosenFiles(request)
    form = act.form(request.POST or None, chosen.files, thing=case, act=act.name)
    with chosen.kept_of(form):
        done = asked_or_done(act, case, form, by=request.user)
    if done:
        messages.success(request, str(act.done))
        return redirect(done)
    context = {
        "case": case,
        "standing": case_summary(case, civil_day(now()), calendar()),
        "act": act,
        "form": form,
    }
    return render(request, "approvals/joint_act.html", context)


def get_case(request: HttpRequest, pk: UUID) -> JointCase:
    return get_object_or_404(shown_cases(request.user), pk=pk)
