"""A person's enterprises: which, with whom, and how one comes to act for them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huadu_portal import limits
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.forms import JoinForm, RegisterForm
from projects.models import Membership
from projects.views.access import for_enterprises


@require_safe
def enterprise(request):
    asked = Membership.objects.decidable_by(request.user)
    if request.user.is_staff and not request.user.has_perm("projects.agree_membership"):
        raise PermissionDenied
    own = request.user.memberships.filter(state=Membership.State.ACTIVE)
    own = own.select_related("enterprise").order_by("asked_at")
    context = {
        "memberships": own.prefetch_related("enterprise__memberships__user"),
        "asked": asked.select_related("enterprise", "user").order_by("asked_at"),
    }
    return render(request, "projects/enterprise.html", context)


def register_enterprise(request):
    may_override = request.user.has_perm("projects.override_credit_code")
    if request.user.is_staff and not may_override:
        raise PermissionDenied
    try:
        _count(request, "register_enterprise")
    except limits.TooOften as refusal:
        form = RegisterForm(initial=request.POST.dict(), may_override=may_override)
        return _too_often(request, "projects/register_enterprise.html", form, refusal)
    form = RegisterForm(request.POST or None, may_override=may_override)
    if form.is_valid() and _register(request, form):
        return redirect("projects:enterprise" if may_override else "projects:start")
    context = {"form": form, "registered": form.registered}
    return render(request, "projects/register_enterprise.html", context)


def _count(request, action):
    """Looking is free, and the window registers for whoever comes to it."""
    if request.method == "POST" and not request.user.is_staff:
        limits.count_attempt(request, action)


def _too_often(request, template, form, refusal):
    """What was typed stays, and is not looked at."""
    messages.error(request, str(refusal))
    return render(request, template, {"form": form}, status=refusal.status_code)


def _register(request, form):
    """Whether it is done; somebody else may have registered the code this very moment."""
    try:
        with transaction.atomic():
            operations.register_enterprise(by=request.user, at=now(), **form.cleaned_data)
    except IntegrityError:
        form.full_clean()
        return False
    messages.success(
        request, _("“%(name)s” is registered.") % {"name": form.cleaned_data["name"]}
    )
    return True


@for_enterprises
def join(request):
    try:
        _count(request, "join_enterprise")
    except limits.TooOften as refusal:
        form = JoinForm(initial=request.POST.dict())
        return _too_often(request, "projects/join.html", form, refusal)
    form = JoinForm(request.POST or None)
    if form.is_valid():
        operations.ask_by_code(form.cleaned_data["credit_code"], by=request.user, at=now())
        messages.success(request, form.ANSWER)
        return redirect("projects:enterprise")
    return render(request, "projects/join.html", {"form": form})


def decide_membership(request, pk, agreed):
    """GET asks, POST answers."""
    memberships = Membership.objects.visible_to(request.user)
    membership = get_object_or_404(memberships.select_related("enterprise", "user"), pk=pk)
    if not operations.may_decide_membership(request.user, membership):
        raise PermissionDenied
    if request.method != "POST":
        context = {"membership": membership, "agreed": agreed}
        return render(request, "projects/decide_membership.html", context)
    try:
        operations.decide_membership(membership, by=request.user, at=now(), agreed=agreed)
        messages.success(request, _("Your answer has been sent to the applicant."))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("projects:enterprise")
