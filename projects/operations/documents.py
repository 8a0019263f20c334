"""The material vault: what a firm hands in is kept once."""

from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.limits import TooOften
from huadu_portal.stored_files import atomic_with_files, file_stored
from huadu_portal.transient_errors import is_disk_full
from projects import files
from projects.models import (
    OF_THE_FIRM,
    Application,
    Document,
    DocumentSource,
    Enterprise,
    MaterialKind,
    MaterialScope,
    Project,
    ValidityChange,
)
from projects.operations.applications import lock
from projects.operations.previews import queue_preview
from projects.operations.series import kept_of_kind

# What one firm may keep here: files of one application, files in all; bytes by the settings.
MAX_FILES, MAX_FILES_OF_FIRM = 60, 3_000
# And what one person may put in for it within so long: a few whole applications.
MAX_UPLOADS, UPLOAD_TIME = 200, timedelta(minutes=10)
# For all firms together a person may put in as many bytes in this time as one firm may keep:
# anybody can register firm after firm.
QUOTA_TIME = timedelta(days=1)


def add_document(
    enterprise: Enterprise,
    *,
    by: User,
    at: datetime,
    kind: MaterialKind,
    upload: File,
    application: Application | None = None,
    project: Project | None = None,
    source: DocumentSource = DocumentSource.VAULT,
    valid_until: date | None = None,
    replaces: Document | None = None,
) -> Document:
    """Keep a material; raises ValidationError when its content is not what we take.

    It is a new version of `replaces`, or else of the one that has its name in its place:
    the same application, or the same project of the vault.
    """
    checked = files.check_file(upload, limit=settings.UPLOAD_MAX_BYTES)
    if replaces:
        _check_renewable(replaces)
        project = replaces.project
    document = Document(
        enterprise=enterprise,
        kind=kind,
        application=application,
        project=None if kind.scope == MaterialScope.ENTERPRISE else project,
        source=DocumentSource.APPLICATION if application else source,
        valid_until=valid_until,
        uploaded_by=by,
        uploaded_at=at,
    )
    with atomic_with_files():
        _check_pace(enterprise, by, at)
        _make_room(document, checked.size)
        _store(document, upload, checked, replaces)
        queue_preview(document, at=at)
    return document


def _store(
    document: Document, upload: File, checked: files.CheckedFile, replaces: Document | None
) -> None:
    document.filename, document.content_type = checked.filename, checked.content_type
    document.size, document.sha256 = checked.size, checked.sha256
    earlier = replaces or _of_that_name(document)
    if earlier:
        _continue(document, earlier)
    # Under a name of our own: the sender's may hold anything.
    _put(document, f"{document.pk}{checked.suffix}", upload)
    document.save(force_insert=True)
    if earlier:
        Document.objects.filter(pk=earlier.pk).update(replaced_by=document)


def _put(document: Document, name: str, upload: File) -> None:
    """Into the store. At a full disk, what has been written of it is taken away again."""
    field = document.file.field
    try:
        document.file.save(name, upload, save=False)
        file_stored(document.file)
    except OSError as error:
        if not is_disk_full(error):
            raise
        field.storage.delete(field.generate_filename(document, name))
        raise files.NoRoom(document.filename) from error


def add_version(
    document: Document,
    *,
    by: User,
    at: datetime,
    upload: File,
    valid_until: date | None = None,
) -> Document:
    """A newer version of a material of the firm; items keep the one they were given."""
    return add_document(
        document.enterprise,
        by=by,
        at=at,
        kind=document.kind,
        upload=upload,
        valid_until=valid_until,
        replaces=document,
    )


def _check_renewable(document: Document) -> None:
    if not document.is_of_the_firm:
        raise NotAllowed(_("New versions of this document are provided by its issuer."))
    if document.application and document.application.is_editable:
        raise NotAllowed(_("Please renew this file in the application it belongs to."))


def _of_that_name(document: Document) -> Document | None:
    """The firm's current document that one of the same name and place replaces.

    What an application has handed in stays its own. A department's paper stands for itself,
    and so does a form, which is made out anew for each approval.
    """
    is_form = document.kind.scope == MaterialScope.ITEM and document.application is None
    if is_form or not document.is_of_the_firm:
        return None
    if document.application is None and document.kind.scope == MaterialScope.ENTERPRISE:
        return _of_that_kind(document)
    same = Document.objects.current().filter(
        enterprise=document.enterprise,
        kind=document.kind,
        filename=document.filename,
        application=document.application,
        project=document.project,
        source__in=OF_THE_FIRM,
    )
    return same.order_by("-uploaded_at", "-pk").first()


def _of_that_kind(document: Document) -> Document | None:
    """What the firm keeps for all its projects of this kind: of that name, or the only one."""
    kept = list(kept_of_kind(document.kind, document.enterprise_id))
    named = [each for each in kept if each.filename == document.filename]
    return next(iter(named or (kept if len(kept) == 1 else [])), None)


def _continue(document: Document, earlier: Document) -> None:
    earlier = Document.objects.select_for_update(of=["self"]).get(pk=earlier.pk)
    if earlier.enterprise_id != document.enterprise_id or earlier.kind_id != document.kind_id:
        raise NotAllowed(
            _("A new version must be of the same kind and belong to the same enterprise.")
        )
    if earlier.replaced_by_id or earlier.removed_at:
        raise NotAllowed(
            _("This is no longer the latest version. Please reload and try again.")
        )
    versions = Document.objects.filter(series=earlier.series)
    document.series = earlier.series
    document.version = versions.aggregate(last=Max("version"))["last"] + 1


@transaction.atomic
def set_validity(
    document: Document, *, by: User, at: datetime, valid_until: date | None, reason: str
) -> Document:
    """The firm puts right until when one of its materials is valid, and says why."""
    document = Document.objects.select_for_update(of=["self"]).get(pk=document.pk)
    reason = reason.strip()
    if not reason:
        raise NotAllowed(_("Please give a reason."))
    if not document.is_of_the_firm:
        raise NotAllowed(_("How long this document is valid is for its issuer to say."))
    if document.valid_until == valid_until:
        return document
    ValidityChange.objects.create(
        document=document,
        at=at,
        by=by,
        before=document.valid_until,
        after=valid_until,
        reason=reason,
    )
    document.valid_until = valid_until
    document.save(update_fields=["valid_until"])
    return document


def share_document(
    enterprise: Enterprise,
    *,
    by: User,
    at: datetime,
    kind: MaterialKind,
    upload: File,
    **said: Any,
) -> Document:
    """Put into a firm's vault what government already has of it (数据共享)."""
    if not by.has_perm("projects.share_document"):
        raise PermissionDenied
    # Whoever registered the code may be anybody: what government has is not for them.
    if not enterprise.is_proved:
        raise NotAllowed(_("This enterprise has not been verified yet."))
    return add_document(
        enterprise,
        by=by,
        at=at,
        kind=kind,
        upload=upload,
        source=DocumentSource.SHARED,
        **said,
    )


def _check_pace(enterprise: Enterprise, by: User, at: datetime) -> None:
    """One upload of a firm at a time from here on, and not too many in a row."""
    Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
    recent = enterprise.documents.filter(uploaded_by=by, uploaded_at__gt=at - UPLOAD_TIME)
    moments = recent.order_by("-uploaded_at").values_list("uploaded_at", flat=True)
    for oldest in moments[MAX_UPLOADS - 1 : MAX_UPLOADS]:
        raise TooOften(wait=(oldest + UPLOAD_TIME - at).total_seconds())


def _check_share(by: User, at: datetime, size: int) -> None:
    """Those for several firms at once may go past it by a file each. At the window one person
    uploads for many firms, each of which is held to its own share."""
    if by.is_staff:
        return
    mine = Document.objects.filter(uploaded_by=by, source__in=OF_THE_FIRM)
    recent = mine.filter(uploaded_at__gt=at - QUOTA_TIME).order_by("uploaded_at")
    files = list(recent.values_list("uploaded_at", "size"))
    too_many = sum(each for _moment, each in files) + size - settings.ENTERPRISE_QUOTA
    until = at
    # Those that are past the day by then make room.
    for moment, each in files:
        if too_many <= 0:
            break
        too_many, until = too_many - each, moment + QUOTA_TIME
    if until > at:
        raise ShareUsed(wait=(until - at).total_seconds())


class ShareUsed(TooOften):
    """The person has put in what one firm may keep, for all firms together."""

    def said(self) -> str:
        hours = ceil(self.retry_after / 3600)
        sentence = ngettext(
            "You have uploaded %(quota)s within a day, the maximum for one person. This file can "
            "be uploaded in %(hours)s hour.",
            "You have uploaded %(quota)s within a day, the maximum for one person. This file can "
            "be uploaded in %(hours)s hours.",
            hours,
        )
        quota = filesizeformat(settings.ENTERPRISE_QUOTA)
        return sentence % {"quota": quota, "hours": hours}


class OverQuota(NotAllowed):
    """The firm has no room left. To the API it is what a full store answers (RFC 4918)."""

    status_code = 507

    def __init__(self, used: int):
        sentence = _(
            "This enterprise has stored %(used)s of files out of %(quota)s. There is not "
            "enough space for this file; please contact the window."
        )
        quota = filesizeformat(settings.ENTERPRISE_QUOTA)
        super().__init__(sentence % {"used": filesizeformat(used), "quota": quota})


def room_used(enterprise: Enterprise) -> int:
    """Bytes of all that a firm has put in itself, in all versions."""
    return _kept(enterprise)[1]


def _kept(enterprise: Enterprise) -> tuple[int, int]:
    """Files and bytes, earlier versions and what was taken out of drafts included."""
    own = enterprise.documents.filter(source__in=OF_THE_FIRM)
    found = own.aggregate(files=Count("pk"), bytes=Sum("size", default=0))
    return found["files"], found["bytes"]


def _make_room(document: Document, size: int) -> None:
    """Not more than the firm's share; the caller holds its lock.

    What a department delivers or shares counts for nothing, and always finds room.
    """
    enterprise, application = document.enterprise, document.application
    if application and not lock(application).is_editable:
        raise NotAllowed(_("This application has been submitted and can no longer be changed."))
    if application and application.documents.as_handed_in().count() >= MAX_FILES:
        raise NotAllowed(
            _("An application can have up to %(count)s files. Please remove one first.")
            % {"count": MAX_FILES}
        )
    if not document.is_of_the_firm:
        return
    files, used = _kept(enterprise)
    if used + size > settings.ENTERPRISE_QUOTA:
        raise OverQuota(used)
    if files >= MAX_FILES_OF_FIRM:
        raise NotAllowed(
            _(
                "This enterprise has reached the maximum number of files. Please contact the "
                "window."
            )
        )
    _check_share(document.uploaded_by, document.uploaded_at, size)


def virus_found(document: Document) -> str:
    """Why it cannot be handed in."""
    text = _("A virus was found in “%(name)s”. Please add a clean file in its place.")
    return text % {"name": document.filename}


@transaction.atomic
def remove_document(document: Document, *, by: User, at: datetime) -> None:
    """Take a material out of a draft; what has been submitted stays."""
    application = document.application
    if application is None or not lock(application).is_editable:
        raise NotAllowed(_("This file has been submitted and can no longer be removed."))
    Document.objects.filter(pk=document.pk, removed_at=None).update(removed_at=at)
    # It no longer replaces the earlier version.
    Document.objects.filter(replaced_by=document).update(replaced_by=None)
