"""Whether a paper is ours, for whoever holds it: by QR code, by number, or by its file.

Says what a holder can compare with the paper in hand and nothing that is not on it; the
recipient is masked, for numbers can be guessed.
"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from huadu_portal import downloads, limits
from huadu_portal.papers.models import Paper
from huadu_portal.public.forms import PaperFileForm, PaperNumberForm


def limited(view):
    """An answer costs an attempt; the empty form is free."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        try:
            if kwargs or request.GET or request.method == "POST":
                limits.count_attempt(request, "verify")
        except limits.TooOften as refusal:
            return render(request, "429.html", {"refusal": refusal}, status=429)
        return view(request, *args, **kwargs)

    return wrapper


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited
def verify(request):
    """By number with GET, by file with POST."""
    if request.method == "POST":
        return _by_file(request)
    if "number" not in request.GET:
        return _answer(request)
    form = PaperNumberForm(request.GET)
    if not form.is_valid():
        return _answer(request, number_form=form)
    papers = _numbered(form.cleaned_data["number"])
    found = papers[0] if papers else None
    said = {"paper": found, "earlier": papers[1:], "is_unknown": found is None}
    return _answer(request, number_form=form, **said)


def _numbered(number: str) -> list[Paper]:
    """The paper of that number; of a receipt number all receipts it stands on, newest first."""
    of_application = Q(of_application__application__number=number)
    found = Paper.objects.filter(Q(number=number) | of_application)
    return list(found.order_by("-of_application__pk", "-pk"))


@login_not_required
@never_cache
@require_safe
@limited
def paper(request, pk):
    """Where the QR code of a paper leads."""
    found = Paper.objects.filter(pk=pk).first()
    return _answer(request, paper=found, is_unknown=found is None)


def _by_file(request):
    form = PaperFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(request, file_form=form)
    sha256 = downloads.digest(form.cleaned_data["file"])
    found = Paper.objects.filter(sha256=sha256).first()
    compared = {"compared": sha256, "is_unknown_file": found is None}
    return _answer(request, file_form=form, paper=found, **compared)


def _answer(request, **found):
    forms = {"number_form": PaperNumberForm(), "file_form": PaperFileForm()}
    status = 404 if found.get("is_unknown") else 200
    return render(request, "public/verify.html", forms | found, status=status)
