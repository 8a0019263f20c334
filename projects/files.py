"""What a file has to be before we keep it: judged by its content, not by its name.

Nothing is ever unpacked to disk, and nothing is read whole into memory.
"""

import hashlib
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

import pikepdf
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

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
# What each kind's first bytes are, without exception or offset.
SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
ZIP, ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
# Within so many last bytes a ZIP archive has its directory's end (comment included).
ZIP_TAIL = 22 + 65_535
# A picture of more pixels than this is an attack on whoever opens it.
MAX_PIXELS = 100_000_000
# An office file: unpacked bytes and parts at most, and so many times its packed size.
MAX_UNPACKED, MAX_PARTS, MAX_EXPANSION = 300 * 1024 * 1024, 5_000, 200
# Objects of a PDF, those inside others included.
MAX_OBJECTS = 1_000_000
# Bytes to which one packed stream of a PDF's structure may grow; pages and pictures are
# not unpacked here. The limits hold for the whole process and are set before its threads.
MAX_STREAM = 16 * 1024 * 1024
UNREAD = re.compile("limit exceeded|unfilterable|error decoding stream")
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_STREAM,
    run_length_max_memory=MAX_STREAM,
    png_max_memory=MAX_STREAM,
    tiff_max_memory=MAX_STREAM,
    max_stream_filters=4,
)
CHUNK = 1024 * 1024
BIDI_AND_CONTROL = re.compile(
    r"[\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
MARKUP = re.compile(rb"<\s*(?:script|html|svg|!doctype|\?php)", re.IGNORECASE)
# Parts of an office file that carry programs, or a file within the file.
PROGRAMS = re.compile(
    r"vba(project|data)|\.(exe|dll|js|vbs|bat|cmd|scr|jar|hta|lnk|html?)$|activex/",
    re.IGNORECASE,
)
ARCHIVES = re.compile(r"\.(zip|rar|7z|gz|tar|docx|docm|xlsm|pptm|iso)$", re.IGNORECASE)
# A template, frame or object fetched from elsewhere when the file is opened.
FETCHED = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)"
    rb"(?=[^>]*/(?:attachedTemplate|oleObject|frame|subDocument|externalLinkPath)[\"'])",
    re.IGNORECASE,
)
# What a PDF may not do when it is opened, or contain.
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition"}
CONTAINED = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA")


@dataclass(frozen=True)
class Checked:
    """What is known of a file that passed."""

    filename: str
    suffix: str
    content_type: str
    size: int
    sha256: str


class NoRoom(ValidationError):
    """Our storage is full. To the API it is a refusal that may be tried again (503)."""

    status_code, version = 503, None
    retry_after = 60  # seconds

    def __init__(self, filename: str):
        sentence = _(
            "“%(name)s” could not be kept: our storage is full at the moment. Please send it "
            "again a little later."
        )
        super().__init__(sentence % {"name": filename})

    def __str__(self):
        return self.messages[0]


def check(upload: File, *, limit: int) -> Checked:
    """The file's facts; ValidationError with a sentence for the sender otherwise."""
    filename = clean_name(upload.name or "")
    if isinstance(upload, Unkept):
        raise NoRoom(filename)
    suffix = PurePath(filename).suffix.lower()
    if suffix not in KINDS:
        raise ValidationError(
            _("“%(name)s” is of a kind we do not take. Please send %(kinds)s.")
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
    return Checked(filename, suffix, KINDS[suffix], upload.size, digest(upload))


def clean_name(name: str) -> str:
    """The sender's file name, fit to be shown and downloaded; Chinese stays Chinese."""
    name = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    name = BIDI_AND_CONTROL.sub("", name).strip() or _("unnamed")
    stem, suffix = PurePath(name).stem, PurePath(name).suffix[:20]
    return f"{stem[: 200 - len(suffix)]}{suffix}"


def digest(upload: File) -> str:
    """SHA-256 of the content, from its beginning; the file is left there."""
    sha256 = hashlib.sha256()
    for chunk in upload.chunks():
        sha256.update(chunk)
    upload.seek(0)
    return sha256.hexdigest()


def _check_content(upload: File, suffix: str, filename: str) -> None:
    content_type = KINDS[suffix]
    checks = {"application/pdf": _check_pdf, "image/jpeg": _check_image}
    checks["image/png"] = _check_image
    try:
        _check_signature(upload, content_type)
        checks.get(content_type, _check_office)(upload, content_type)
    except ValidationError as error:
        raise ValidationError(
            _("“%(name)s”: %(problem)s")
            % {"name": filename, "problem": " ".join(error.messages)}
        ) from error
    except Exception as error:  # the libraries raise whatever hostile bytes provoke
        raise ValidationError(
            _("“%(name)s” cannot be read; it may be damaged.") % {"name": filename}
        ) from error
    finally:
        upload.seek(0)


def _check_signature(upload: File, content_type: str) -> None:
    """One thing from its first byte on, and not an archive besides."""
    upload.seek(0)
    head = upload.read(1024)
    upload.seek(max(0, upload.size - ZIP_TAIL))
    is_archive = ZIP_END in upload.read(ZIP_TAIL)
    upload.seek(0)
    signature = SIGNATURES.get(content_type, ZIP)
    if not head.startswith(signature) or is_archive != (signature == ZIP):
        raise _misnamed()
    if signature != ZIP and MARKUP.search(head):
        raise _misnamed()


def _misnamed() -> ValidationError:
    return ValidationError(_("The file's content does not fit its name."))


# ---- PDF ----------------------------------------------------------------------------------


def _check_pdf(upload: File, content_type: str) -> None:
    try:
        pdf = pikepdf.open(upload)
    except pikepdf.PasswordError as error:
        raise _locked() from error
    with pdf:
        if pdf.is_encrypted:
            raise _locked()
        if not len(pdf.pages):
            raise ValidationError(_("The PDF has no pages."))
        if any(_acts(held) for held in _dictionaries(pdf)):
            raise ValidationError(
                _("The PDF holds scripts or attached files; please save it without them.")
            )
        # What could not be unpacked could not be judged either.
        if any(UNREAD.search(str(warning)) for warning in pdf.get_warnings()):
            raise ValidationError(_("The file unpacks to more than is reasonable."))


def _locked() -> ValidationError:
    return ValidationError(
        _("The file is protected by a password; please save it without protection.")
    )


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, wherever it hides. Those referred to come by themselves."""
    seen = 0
    for each in pdf.objects:
        waiting = [each]
        while waiting:
            held = waiting.pop()
            seen += 1
            if seen > MAX_OBJECTS:
                raise ValidationError(_("The file unpacks to more than is reasonable."))
            if isinstance(held, (pikepdf.Dictionary, pikepdf.Stream)):
                yield held
                waiting += _own(value for _key, value in held.items())
            elif isinstance(held, pikepdf.Array):
                waiting += _own(held)


def _own(values) -> list[pikepdf.Object]:
    compound = (pikepdf.Dictionary, pikepdf.Array)
    return [it for it in values if isinstance(it, compound) and not it.is_indirect]


def _acts(held: pikepdf.Object) -> bool:
    return str(held.get("/S", "")) in ACTIONS or any(key in held for key in CONTAINED)


# ---- Pictures -----------------------------------------------------------------------------


def _check_image(upload: File, content_type: str) -> None:
    wanted = "JPEG" if content_type == "image/jpeg" else "PNG"
    with Image.open(upload, formats=[wanted]) as image:
        # The size stands in the header: nothing has been unpacked so far.
        if image.width * image.height > MAX_PIXELS:
            raise ValidationError(_("The picture has too many pixels."))
        if getattr(image, "n_frames", 1) > 1 and wanted == "PNG":
            raise ValidationError(_("Moving pictures are not accepted."))
        image.verify()


# ---- Office files -------------------------------------------------------------------------


def _check_office(upload: File, content_type: str) -> None:
    with zipfile.ZipFile(upload) as archive:
        parts = archive.infolist()
        _check_directory(archive, parts, upload.size)
        _check_parts(parts)
        types = archive.read("[Content_Types].xml")
        if b"macroenabled" in types.lower():
            raise ValidationError(_("Files with macros are not accepted."))
        if f"{content_type}.main+xml".encode() not in types:
            raise _misnamed()
        for part in parts:
            _check_part(archive, part)


def _check_directory(archive, parts, size) -> None:
    """Packed parts lie one after the other: none inside another, nothing in front."""
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > min(MAX_UNPACKED, MAX_EXPANSION * size):
        raise ValidationError(_("The file unpacks to more than is reasonable."))
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end or (not end and part.header_offset):
            raise _misnamed()
        # The local header has thirty bytes, then its name.
        end = part.header_offset + 30 + len(part.orig_filename) + part.compress_size
    if end > archive.start_dir:
        raise _misnamed()


def _check_parts(parts) -> None:
    names = [part.filename for part in parts]
    if len({name.lower() for name in names}) != len(names):
        raise _misnamed()
    for part in parts:
        path = PurePath(part.filename.replace("\\", "/"))
        linked = stat.S_ISLNK(part.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in part.filename or linked:
            raise _misnamed()
        if part.flag_bits & 1:
            raise _locked()
        if PROGRAMS.search(part.filename):
            raise ValidationError(_("Files with macros are not accepted."))
        if ARCHIVES.search(part.filename):
            raise ValidationError(_("The file holds further files; please send them apart."))


def _check_part(archive, part) -> None:
    """Unpacks a part in pieces: zipfile stops at the size declared and checks its sum."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    is_links = part.filename.lower().endswith(".rels")
    with archive.open(part) as content:
        before = b""
        while chunk := content.read(CHUNK):
            if is_xml and b"<!" in chunk and _declares(before + chunk):
                raise _misnamed()
            if is_links and FETCHED.search(before + chunk):
                raise ValidationError(
                    _("The file fetches parts from elsewhere; please save it without links.")
                )
            before = chunk[-4096:]


def _declares(text: bytes) -> bool:
    """Whether XML brings entities of its own ("billion laughs", files of the reader)."""
    upper = text.upper()
    return b"<!DOCTYPE" in upper or b"<!ENTITY" in upper
