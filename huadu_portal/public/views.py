from datetime import date
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals.catalogue import guides
from approvals.catalogue.operations.versions import changes_between, content_of
from approvals.catalogue.packaged import facts_of
from approvals.models import ApprovalType, MaterialRequirement, Stage
from huadu_portal import downloads, limits
from huadu_portal.clock import civil_day, now
from huadu_portal.dashboard import summary
from huadu_portal.public import progress
from huadu_portal.public.forms import CatalogueSearchForm, LookupForm
from projects.models import MaterialKind

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
    words = wanted.lower().split()
    types = [
        entry
        for entry in ApprovalType.objects.select_related("department")
        if all(_is_meant(entry, word) for word in words)
    ]
    stages = [(stage, [entry for entry in types if entry.stage == stage]) for stage in Stage]
    context = {
        "form": form,
        "wanted": wanted,
        "number": len(types),
        "stages": [(stage, entries) for stage, entries in stages if entries],
    }
    return render(request, "public/catalogue.html", context)


def _is_meant(entry, word):
    """Whether a word stands in name, department, code or a short form, or has one within:
    环评 and 环评审批 both find the approval whose name says 环境影响."""
    short_forms = entry.aliases.lower().split("、") if entry.aliases else []
    department = entry.department
    names = [entry.name, entry.name_en, entry.code, department.name, department.name_en]
    return any(word in text.lower() for text in [*names, *short_forms]) or any(
        form in word for form in short_forms
    )


@login_not_required
@require_safe
def catalogue_entry(request, code):
    """办事指南: all that an applicant has to know of one approval."""
    entry = get_object_or_404(ApprovalType.objects.select_related("department"), code=code)
    facts = facts_of(code)
    context = {
        "entry": entry,
        "coming": changes_to_come(entry),
        "contacts": contacts_of(entry.department),
        "guide": guides.guide_to(code, get_language()),
        "requirements": entry.requirements.select_related("kind"),
        "samples": guides.samples(),
        "prerequisites": entry.prerequisites.all(),
        "dependants": entry.dependants.all(),
        "special_procedures": guides.procedures_in(
            get_language(), facts.get("special_procedures", [])
        ),
        "serves_as": [MaterialKind(name=name) for name in guides.kinds_by_type().get(code, [])],
    }
    return render(request, "public/catalogue_entry.html", context)


def changes_to_come(entry):
    """What a version that is published says otherwise from its day on; without what only the
    center uses."""
    planned = entry.versions.planned().first() if entry.changes_on else None
    if planned is None:
        return []
    old, new = content_of(entry), planned.content
    for content in (old, new):
        content["fields"] = {
            name: value
            for name, value in content["fields"].items()
            if name not in {"aliases", "is_default"}
        }
    return changes_between(old, new)


def contacts_of(department):
    """Where its window is, when it is open, whom to call and where to complain; without what
    nobody has entered."""
    english = get_language() == "en"
    lines = [
        (_("place"), (english and department.place_en) or department.place),
        (_("opening hours"), (english and department.hours_en) or department.hours),
        (_("telephone for questions"), department.telephone),
        (
            _("where to complain"),
            (english and department.complaints_en) or department.complaints,
        ),
    ]
    return [(label, value) for label, value in lines if value]


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
