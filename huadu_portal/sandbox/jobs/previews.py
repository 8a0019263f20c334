"""The picture of a document's first page."""

import io
from typing import BinaryIO

import pypdfium2
from PIL import Image

from huadu_portal.sandbox.jobs import pictures
from huadu_portal.sandbox.jobs.refused import Refused

# Pixels of the longer side: legible on the desk, small on the wire.
LONGEST = 1200
PDF = "application/pdf"


def first_page(file: BinaryIO, content_type: str) -> bytes:
    """A PNG of the picture or of the PDF's first page."""
    image = _page(file) if content_type == PDF else _picture(file)
    # First made small, then given three colours: a large picture is never there twice.
    image.thumbnail((LONGEST, LONGEST))
    out = io.BytesIO()
    image.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def _page(file: BinaryIO) -> Image.Image:
    with pypdfium2.PdfDocument(file) as pdf:
        page = pdf[0]
        scale = LONGEST / max(page.get_size())
        return page.render(scale=min(scale, 3)).to_pil().copy()


def _picture(file: BinaryIO) -> Image.Image:
    image = Image.open(file, formats=["JPEG", "PNG"])
    # Asks the decoder for a smaller picture before it has read a large one.
    image.draft("RGB", (LONGEST, LONGEST))
    if pictures.unpacked_size(image) > pictures.MAX_UNPACKED:
        raise Refused("pixels")
    image.load()
    return image
