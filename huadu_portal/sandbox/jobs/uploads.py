"""Whether a file is what its name says, and harmless to whoever opens it."""

import os
import re
from typing import BinaryIO

from huadu_portal.sandbox.jobs import bait, office, pdfs, pictures
from huadu_portal.sandbox.jobs.refused import Refused

# What each kind's first bytes are, without exception or offset.
SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
ZIP, ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
# Within so many last bytes a ZIP archive has its directory's end (comment included).
ZIP_TAIL = 22 + 65_535
CHUNK = 1024 * 1024
MARKUP = re.compile(rb"<\s*(?:script|html|svg|!doctype|\?php)", re.IGNORECASE)


def check_upload(file: BinaryIO, content_type: str) -> None:
    """Raises Refused, or whatever a library raises that cannot read it."""
    _check_signature(file, content_type)
    for _piece in bait.searched(iter(lambda: file.read(CHUNK), b"")):
        pass
    file.seek(0)
    match content_type:
        case "application/pdf":
            pdfs.check_pdf(file)
        case "image/jpeg":
            pictures.check_picture(file, "JPEG")
        case "image/png":
            pictures.check_picture(file, "PNG")
        case _:
            office.check_office(file, content_type)


def _check_signature(file: BinaryIO, content_type: str) -> None:
    """One thing from its first byte on, and not an archive besides."""
    head = file.read(1024)
    file.seek(max(0, os.fstat(file.fileno()).st_size - ZIP_TAIL))
    is_archive = ZIP_END in file.read(ZIP_TAIL)
    file.seek(0)
    signature = SIGNATURES.get(content_type, ZIP)
    if not head.startswith(signature) or is_archive != (signature == ZIP):
        raise Refused("misnamed")
    if signature != ZIP and MARKUP.search(head):
        raise Refused("misnamed")
