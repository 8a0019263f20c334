"""Files: put to an application, handed out to those who may have them."""

from itertools import chain

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from huadu_portal import downloads
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed, post_only
from projects import operations
from projects.document_access import document_response
from projects.models import Document, MaterialKind
from projects.views.access import get_own_application

# Where everything goes that fits no other kind.
OTHER = "其他材料"


def asked_for():
    """The kinds that go with an application, the required ones first, others last."""
    kinds = MaterialKind.objects.filter(Q(with_application=True) | Q(name=OTHER))
    return sorted(kinds, key=lambda kind: (kind.name == OTHER, not kind.is_required))


def zones(application):
    """Each kind with the files it has so far."""
    documents = list(application.documents.as_handed_in().order_by("uploaded_at"))
    kept = operations.reused_by_application(application, civil_day(now()))
    return [
        {
            "kind": kind,
            "documents": [each for each in documents if each.kind_id == kind.pk],
            # What the firm keeps already, and need not be handed in again.
            "kept": kept.get(kind.pk),
        }
        for kind in asked_for()
    ]


@post_only(lambda pk: ["projects:step", pk, "materials"])
def upload(request, pk):
    """One file or several of a kind. The browser's script asks for JSON, a file at a time."""
    application = get_own_application(request, pk)
    codes = {kind.code: kind for kind in asked_for()}
    kind = codes.get(request.POST.get("kind"))
    uploads = request.FILES.getlist("upload")
    if kind is None or not uploads:
        refusals, kept = [ValidationError(_("Please choose a file."))], 0
    else:
        refusals = _keep(request, application, kind, uploads)
        kept = len(uploads) - len(refusals)
    if request.accepts("text/html"):
        return _said(request, application, kept, refusals)
    if not refusals:
        return JsonResponse({"kept": _lines_of(application, kind)})
    status = max(getattr(each, "status_code", 400) for each in refusals)
    return JsonResponse({"errors": _sentences(refusals)}, status=status)


def _lines_of(application, kind):
    """What the application has of the kind now, as its page lists it."""
    (zone,) = (each for each in zones(application) if each["kind"] == kind)
    context = {"zone": zone, "application": application, "removable": True}
    return render_to_string("projects/zone_file_lines.html", context)


def _keep(request, application, kind, uploads):
    """Keeps what may be kept; a refusal for each file that may not."""
    refusals = []
    for each in uploads:
        try:
            operations.add_document(
                application.enterprise,
                by=request.user,
                at=now(),
                kind=kind,
                upload=each,
                application=application,
            )
        except (ValidationError, NotAllowed) as refusal:
            refusals.append(refusal)
    return refusals


def _sentences(refusals):
    """Each once: a limit refuses all files that are left."""
    said = [
        each.messages if isinstance(each, ValidationError) else [str(each)] for each in refusals
    ]
    return list(dict.fromkeys(chain(*said)))


def _said(request, application, kept, refusals):
    for sentence in _sentences(refusals):
        messages.error(request, sentence)
    if kept:
        text = ngettext(
            "%(count)s file has been added.", "%(count)s files have been added.", kept
        )
        messages.success(request, text % {"count": kept})
    return redirect("projects:step", application.pk, "materials")


def remove(request, pk, document):
    """GET asks, POST removes."""
    application = get_own_application(request, pk)
    document = get_object_or_404(application.documents.as_handed_in(), pk=document)
    if request.method != "POST":
        context = {"application": application, "document": document}
        return render(request, "projects/remove_document.html", context)
    try:
        operations.remove_document(document, by=request.user, at=now())
        messages.success(
            request, _("“%(name)s” has been removed.") % {"name": document.filename}
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("projects:step", application.pk, "materials")


# ---- Handing out --------------------------------------------------------------------------


@require_safe
@downloads.or_why_not
def download(request, pk):
    """For the firm's people and the centre; officers come through their items."""
    documents = Document.objects.visible_to(request.user).filter(removed_at=None)
    return document_response(get_object_or_404(documents, pk=pk), to=request.user)
