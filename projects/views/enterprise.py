"""A person's enterprises: which, with whom, and how one comes to act for them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huadu_portal import limits
from huadu_portal.acts.pages import asked_or_done
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.acts import MEMBERSHIP_ACTS
from projects.forms import JoinForm, RegisterForm
from projects.forms.memberships import ClaimForm
from projects.models import Membership
from projects.operations import memberships
from projects.views.access import for_enterprises

PEOPLE = "enterprise__memberships__user"


@require_safe
def enterprise(request):
    asked = Membership.objects.decidable_by(request.user)
    if request.user.is_staff and not request.user.has_perm("projects.agree_membership"):
        raise PermissionDenied
    own = request.user.memberships.filter(state=Membership.State.ACTIVE)
    own = own.select_related("enterprise").order_by("asked_at")
    context = {
        "firms": [_firm(each, request.user) for each in own.prefetch_related(PEOPLE)],
        "asked": asked.select_related("enterprise", "user").order_by("asked_at"),
        "claims": _claims(request.user),
    }
    return render(request, "projects/enterprise.html", context)


def _firm(membership, user):
    """A firm as one of its people sees it: who acts for it, and what may be done about them."""
    firm = membership.enterprise
    return {
        "enterprise": firm,
        "people": [
            (each, MEMBERSHIP_ACTS.offered(user, _of(firm, each)))
            for each in firm.memberships.all()
            if each.is_active
        ],
    }


def _of(firm, membership):
    """Knowing all people of its firm, so that nobody is asked for one by one."""
    membership.enterprise = firm
    return membership


def _claims(user):
    """What the window has to decide; to others, what they have claimed themselves."""
    claims = Membership.objects.claiming().select_related("enterprise", "user")
    if not user.has_perm("projects.agree_membership"):
        claims = claims.filter(user=user)
    return claims.order_by("claimed_at")


def register_enterprise(request):
    may_override = request.user.has_perm("projects.override_credit_code")
    if request.user.is_staff and not may_override:
        raise PermissionDenied
    try:
        _count(request, "register_enterprise")
    except limits.TooOften as refusal:
        form = RegisterForm(initial=request.POST.dict(), may_override=may_override)
        return _too_often(request, "projects/register_enterprise.html", form, refusal)
    form = RegisterForm(request.POST or None, may_override=may_override, by=request.user)
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


@for_enterprises
def claim(request):
    """A firm that is here is the person's to answer for; the window decides."""
    try:
        _count(request, "join_enterprise")
    except limits.TooOften as refusal:
        form = ClaimForm(initial=request.POST.dict())
        return _too_often(request, "projects/claim.html", form, refusal)
    form = ClaimForm(request.POST or None)
    if form.is_valid():
        memberships.claim_by_code(by=request.user, at=now(), **form.cleaned_data)
        messages.success(request, form.ANSWER)
        return redirect("projects:enterprise")
    return render(request, "projects/claim.html", {"form": form})


def membership_act(request, pk, act):
    """GET asks, POST acts."""
    visible = Membership.objects.visible_to(request.user).select_related("enterprise", "user")
    membership = get_object_or_404(visible, pk=pk)
    act = MEMBERSHIP_ACTS.get(act)
    if act is None:
        raise Http404
    form = act.form(request.POST if request.method == "POST" else None, thing=membership)
    try:
        done = asked_or_done(act, membership, form, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("projects:enterprise")
    if done is not None:
        messages.success(request, str(act.done))
        return redirect("projects:enterprise")
    context = {"membership": membership, "act": act, "form": form}
    return render(request, "projects/membership_act.html", context)
