"""What a file has to be before we keep it: judged by its content, not by its name.

The content is read in the sandbox (`huadu_portal/sandbox/jobs/uploads.py`); here are names, sizes and sentences.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huadu_portal import sandbox
from huadu_portal.database_waits import requests_under_way
from huadu_portal.downloads import digest
from huadu_portal.transient_errors import NO_ROOM_RETRY, NO_ROOM_SENTENCE
from projects.uploads import Unkept

# Kinds we take: suffix → media type. Documented for the public in the upload hint.
KINDS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACCEPT = ",".join(KINDS)
# A check reads at most a file of UPLOAD_MAX_BYTES, and unpacks it piece by piece.
LIMITS = sandbox.Limits(memory=768 * 1024 * 1024, seconds=6, deadline=15)
# Why a file is refused, by the codes of huadu_portal/sandbox/jobs.
SENTENCES = {
    "misnamed": gettext_lazy("The content of the file does not match its name."),
    "locked": gettext_lazy(
        "The file is protected by a password; please save it without protection."
    ),
    "unpacks": gettext_lazy("The file is too large when unpacked."),
    "no_pages": gettext_lazy("The PDF has no pages."),
    "pdf_acts": gettext_lazy(
        "The PDF contains scripts or attachments; please save it without them."
    ),
    "pixels": gettext_lazy("The picture has too many pixels."),
    "moving": gettext_lazy("Animated images are not accepted."),
    "macros": gettext_lazy("Files with macros are not accepted."),
    "holds_files": gettext_lazy(
        "The file contains other files; please upload them separately."
    ),
    "objects": gettext_lazy(
        "The file contains embedded objects; please insert them as pictures, or upload a PDF."
    ),
    "fields": gettext_lazy(
        "The file calls other programs or files (DDE, link fields); please save it without "
        "them."
    ),
    "links": gettext_lazy(
        "The file has links that open programs or local files instead of web pages; please "
        "remove them."
    ),
    "truncated": gettext_lazy("The file is incomplete; please upload it again."),
    "virus": gettext_lazy("The file contains content that virus scanners report."),
    "fetches": gettext_lazy(
        "The file loads content from elsewhere; please save it without external links."
    ),
}
BIDI_AND_CONTROL = re.compile(
    r"[\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True)
class CheckedFile:
    """What is known of a file that passed."""

    filename: str
    suffix: str
    content_type: str
    size: int
    sha256: str


class TryAgain(ValidationError):
    """Nothing is wrong with the file. To the API it is a refusal that may be tried again (503)."""

    status_code, version = 503, None
    retry_after = NO_ROOM_RETRY

    def __str__(self):
        return self.messages[0]


class NoRoom(TryAgain):
    """Our storage is full."""

    def __init__(self, filename: str):
        sentence = _("“%(name)s”: %(why)s")
        super().__init__(sentence % {"name": filename, "why": NO_ROOM_SENTENCE})


class TooManyUploads(TryAgain):
    """Too many files are being checked."""

    retry_after = 10  # seconds

    def __init__(self, filename: str):
        sentence = _(
            "“%(name)s” could not be checked: too many files are being uploaded at the "
            "moment. Please upload it again later."
        )
        super().__init__(sentence % {"name": filename})


# Under this name what was found goes along with an upload.
CHECKED = "checked"


def check_file(upload: File, *, limit: int) -> CheckedFile:
    """The file's facts; ValidationError with a sentence for the sender otherwise.

    A form has asked already when the act asks again: its answer goes along with the upload.
    """
    if known := getattr(upload, CHECKED, None):
        return known
    filename = clean_name(upload.name or "")
    if isinstance(upload, Unkept):
        raise NoRoom(filename)
    suffix = PurePath(filename).suffix.lower()
    if suffix not in KINDS:
        raise ValidationError(
            _("“%(name)s” is of a kind that is not accepted. Please upload %(kinds)s.")
            % {"name": filename, "kinds": "PDF, JPG, PNG, DOCX, XLSX"}
        )
    if upload.size > limit:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s.")
            % {"name": filename, "limit": filesizeformat(limit)}
        )
    if not upload.size:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": filename})
    _check_content(upload, suffix, filename)
    checked = CheckedFile(filename, suffix, KINDS[suffix], upload.size, digest(upload))
    setattr(upload, CHECKED, checked)
    return checked


def clean_name(name: str) -> str:
    """The sender's file name, fit to be shown and downloaded; Chinese stays Chinese."""
    name = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    name = BIDI_AND_CONTROL.sub("", name).strip() or _("unnamed")
    stem, suffix = PurePath(name).stem, PurePath(name).suffix[:20]
    return f"{stem[: 200 - len(suffix)]}{suffix}"


def _check_content(upload: File, suffix: str, filename: str) -> None:
    """Has the sandbox read it, while the sender waits."""
    try:
        with sandbox.readable(upload) as file:
            whose = requests_under_way.asker()
            sandbox.run(
                "uploads.check_upload", KINDS[suffix], file=file, limits=LIMITS, asker=whose
            )
    except sandbox.Refused as refusal:
        raise _refused(filename, refusal.code, refusal.params) from refusal
    except sandbox.Killed as error:
        raise _refused(filename, "unpacks") from error
    except sandbox.Busy as error:
        raise TooManyUploads(filename) from error
    except sandbox.Failed as error:
        raise ValidationError(
            _("“%(name)s” cannot be read; it may be damaged.") % {"name": filename}
        ) from error


def _refused(filename: str, code: str, params: dict | None = None) -> ValidationError:
    problem = SENTENCES[code] % (params or {})
    return ValidationError(
        _("“%(name)s”: %(problem)s") % {"name": filename, "problem": problem}
    )
