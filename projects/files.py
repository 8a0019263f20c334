"""What a file has to be before we keep it: judged by its content, not by its name."""

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import pikepdf
import puremagic
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

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
# A picture of more pixels than this is an attack on whoever opens it.
MAX_PIXELS = 100_000_000
# An office file: so many times its packed size at most, so many parts at most.
MAX_EXPANSION, MAX_PARTS = 100, 5_000
BIDI_AND_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MACROS = ("vbaproject.bin", "vbadata.xml")


@dataclass(frozen=True)
class Checked:
    """What is known of a file that passed."""

    filename: str
    suffix: str
    content_type: str
    size: int
    sha256: str


def check(upload: File, *, limit: int) -> Checked:
    """The file's facts; ValidationError with a sentence for the sender otherwise."""
    filename = clean_name(upload.name or "")
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
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    return f"{stem[: 200 - len(suffix)]}{suffix}"


def digest(upload: File) -> str:
    sha256 = hashlib.sha256()
    for chunk in upload.chunks():
        sha256.update(chunk)
    upload.seek(0)
    return sha256.hexdigest()


def _check_content(upload: File, suffix: str, filename: str) -> None:
    upload.seek(0)
    checks = {"pdf": _check_pdf, "png": _check_image, "docx": _check_office}
    kind = {".jpg": "png", ".jpeg": "png", ".xlsx": "docx"}.get(suffix, suffix[1:])
    try:
        _check_signature(upload, suffix)
        checks[kind](upload, suffix)
    except ValidationError:
        raise
    except Exception as error:  # the libraries raise whatever hostile bytes provoke
        raise ValidationError(
            _("“%(name)s” cannot be read; it may be damaged.") % {"name": filename}
        ) from error
    finally:
        upload.seek(0)


def _check_signature(upload: File, suffix: str) -> None:
    head = upload.read(4096)
    upload.seek(0)
    found = {match.extension for match in puremagic.magic_string(head)}
    alike = {".jpeg": ".jpg", ".docx": ".zip", ".xlsx": ".zip"}
    # puremagic names the container where it cannot see further into it.
    wanted = {suffix, alike.get(suffix, suffix), ".jfif" if "jp" in suffix else suffix}
    if not found & wanted:
        raise ValidationError(_("The file's content does not fit its name."))


def _check_pdf(upload: File, suffix: str) -> None:
    with pikepdf.open(upload) as pdf:
        root = pdf.Root
        actions = ("/OpenAction", "/AA")
        names = root.get("/Names", {})
        scripted = "/JavaScript" in names or any(
            "/JS" in root[key]
            for key in actions
            if key in root and isinstance(root[key], pikepdf.Dictionary)
        )
        if scripted or "/EmbeddedFiles" in names:
            raise ValidationError(
                _("The PDF holds scripts or attached files; please save it without them.")
            )


def _check_image(upload: File, suffix: str) -> None:
    with Image.open(upload) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValidationError(_("The picture has too many pixels."))
        image.verify()


def _check_office(upload: File, suffix: str) -> None:
    with zipfile.ZipFile(io.BufferedReader(upload.file)) as archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        size = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or size > MAX_EXPANSION * max(upload.size, 1):
            raise ValidationError(_("The file unpacks to more than is reasonable."))
        if any(name.startswith("/") or ".." in name for name in names):
            raise ValidationError(_("The file's content does not fit its name."))
        if any(name.lower().endswith(MACROS) for name in names):
            raise ValidationError(_("Files with macros are not accepted."))
        folder = {".docx": "word/", ".xlsx": "xl/"}[suffix]
        if not any(name.startswith(folder) for name in names):
            raise ValidationError(_("The file's content does not fit its name."))
