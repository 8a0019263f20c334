from datetime import date
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views import i18n
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals.catalogue import guides
from approvals.catalogue.packaged import facts_of
from approvals.models import ApprovalType, MaterialRequirement, Stage
from huadu_portal import downloads, limits
from huadu_portal.clock import civil_day, now
from huadu_portal.dashboard import summary
from huadu_portal.public import progress
from huadu_portal.public.forms import CatalogueSearchForm, LookupForm

YEAR = 365 * 24 * 3600  # seconds
# The privacy notice people agree to; a new wording is a new version.
PRIVACY_VERSION, PRIVACY_SINCE = "1.0", date(2026, 11, 1)


@login_not_required
@require_safe
def home(request):
    at = now()
    context = {"figures": summary.public_figures(civil_day(at)), "as_of": at}
    return render(request, "public/home.html", context | {"form": LookupForm()})


# ---- Progress -----------------------------------------------------------------------------


@login_not_required
@never_cache
def lookup(request):
    form = LookupForm(request.POST or None)
    if request.method == "GET":
        return render(request, "public/lookup.html", {"form": form})
    try:
        limits.count_attempt(request, "lookup")
        found = form.is_valid() and progress.find(request, **form.cleaned_data)
    except limits.TooOften as refusal:
        return render(request, "429.html", {"refusal": refusal}, status=429)
    context: dict[str, object] = {
        "form": form,
        "application": found,
        "is_missed": form.is_valid(),
    }
    if found:
        context["what_next"] = progress.WHAT_NEXT[found.status]
    return render(request, "public/lookup.html", context)


# ---- Catalogue ----------------------------------------------------------------------------


@login_not_required
@require_safe
def catalogue(request):
    form = CatalogueSearchForm(request.GET)
    wanted = form.cleaned_data["q"].strip() if form.is_valid() else ""
    types = ApprovalType.objects.select_related("department")
    for word in wanted.split():
        types = types.filter(
            Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(code__icontains=word)
            | Q(department__name__icontains=word)
            | Q(department__name_en__icontains=word)
        )
    stages = [(stage, [entry for entry in types if entry.stage == stage]) for stage in Stage]
    context = {
        "form": form,
        "wanted": wanted,
        "number": len(types),
        "stages": [(stage, entries) for stage, entries in stages if entries],
    }
    return render(request, "public/catalogue.html", context)


@login_not_required
@require_safe
def catalogue_entry(request, code):
    """办事指南: all that an applicant has to know of one approval."""
    entry = get_object_or_404(ApprovalType.objects.select_related("department"), code=code)
    facts = facts_of(code)
    context = {
        "entry": entry,
        "guide": guides.guide_to(code, get_language()),
        "requirements": entry.requirements.select_related("kind"),
        "samples": guides.samples(),
        "prerequisites": entry.prerequisites.all(),
        "dependants": entry.dependants.all(),
        "special_procedures": facts.get("special_procedures"),
        "commitment_allowed": facts.get("commitment_allowed"),
        "serves_as": guides.kinds_by_type().get(code, []),
    }
    return render(request, "public/catalogue_entry.html", context)


@login_not_required
@require_safe
def sample(request, code, kind):
    """A blank of one of the forms that an approval asks for."""
    required = MaterialRequirement.objects.filter(approval_type__code=code, kind__code=kind)
    name = get_object_or_404(required.select_related("kind")).kind.name
    if name not in guides.samples():
        raise Http404
    content, filename = _sample(name)
    return downloads.made(content, name=filename)


@cache
def _sample(name: str) -> tuple[bytes, str]:
    """The PDF and its name, made once: strangers ask for it."""
    form = guides.samples()[name]
    return form.pdf(), f"{form.title}（样表）.pdf"


# ---- The frame ----------------------------------------------------------------------------


@login_not_required
@require_safe
def privacy(request):
    context = {"version": PRIVACY_VERSION, "since": PRIVACY_SINCE}
    return render(request, "public/privacy.html", context)


@login_not_required
@require_POST
def elder_mode(request):
    """Larger text and more contrast, or back; remembered by the browser."""
    response = redirect(_next(request))
    if request.COOKIES.get("elder"):
        response.delete_cookie("elder", samesite="Lax")
    else:
        response.set_cookie(
            "elder",
            "1",
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@login_not_required
@require_POST
def set_language(request):
    """Django's own; a signed-in person's mail follows the choice."""
    language = request.POST.get("language")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return i18n.set_language(request)


def _next(request):
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "home"
