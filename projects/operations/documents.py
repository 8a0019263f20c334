"""The material vault: what a firm hands in is kept once."""

from datetime import date, datetime

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from projects import files
from projects.models import Application, Document, Enterprise, MaterialKind
from projects.operations.applications import lock

# What one firm may keep here: files of one application, files in all.
MAX_FILES, MAX_FILES_OF_FIRM = 60, 3_000


@transaction.atomic
def add_document(
    enterprise: Enterprise,
    *,
    by: User,
    at: datetime,
    kind: MaterialKind,
    upload: File,
    application: Application | None = None,
    valid_until: date | None = None,
) -> Document:
    """Keep a material; raises ValidationError when its content is not what we take."""
    checked = files.check(upload, limit=settings.UPLOAD_MAX_BYTES)
    _make_room(enterprise, application)
    versions = enterprise.documents.filter(kind=kind, filename=checked.filename)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    document = Document(
        enterprise=enterprise,
        kind=kind,
        application=application,
        filename=checked.filename,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        version=last + 1,
        valid_until=valid_until,
        uploaded_by=by,
        uploaded_at=at,
    )
    # Under a name of our own: the sender's may hold anything.
    document.file.save(f"{document.pk}{checked.suffix}", upload, save=False)
    document.save()
    # What another application has handed in stays its own.
    earlier = versions.current().filter(application=application).exclude(pk=document.pk)
    earlier.update(replaced_by=document)
    return document


def _make_room(enterprise: Enterprise, application: Application | None) -> None:
    """One upload of a firm at a time from here on, and not more than its share."""
    Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
    if application and not lock(application).is_editable:
        raise NotAllowed(_("This application has been submitted and can no longer be changed."))
    if application and application.documents.current().count() >= MAX_FILES:
        raise NotAllowed(
            _("An application may hold %(count)s files. Please remove one first.")
            % {"count": MAX_FILES}
        )
    if enterprise.documents.count() >= MAX_FILES_OF_FIRM:
        raise NotAllowed(
            _("This enterprise may not keep more files here. Please ask the window.")
        )


@transaction.atomic
def remove_document(document: Document, *, by: User, at: datetime) -> None:
    """Take a material out of a draft; what has been submitted stays."""
    application = document.application
    if application is None or not lock(application).is_editable:
        raise NotAllowed(_("This file has been submitted and can no longer be removed."))
    Document.objects.filter(pk=document.pk, removed_at=None).update(removed_at=at)
    # Gone with it is its claim to stand for an earlier version.
    Document.objects.filter(replaced_by=document).update(replaced_by=None)
