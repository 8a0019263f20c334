"""A picture of a document, made here, so that nobody opens a stranger's file to judge it."""

import io
from threading import Lock

import pypdfium2
from django.core.files import File
from PIL import Image

# Pixels of the longer side: legible on the desk, small on the wire.
LONGEST = 1200
PICTURES = {"image/jpeg", "image/png"}
PDF = "application/pdf"
# PDFium keeps state of its own and is not made for threads.
_pdfium = Lock()


class NoPreview(Exception):
    """There is nothing to show of this file, or it cannot be read."""


def first_page(file: File, content_type: str) -> bytes:
    """A PNG of the picture or of the PDF's first page; NoPreview where there is none."""
    if content_type not in PICTURES | {PDF}:
        raise NoPreview
    try:
        with file.open("rb") as opened:
            content = opened.read()
        image = _page(content) if content_type == PDF else _picture(content)
    except Exception as error:  # the libraries raise whatever hostile bytes provoke
        raise NoPreview from error
    image.thumbnail((LONGEST, LONGEST))
    out = io.BytesIO()
    image.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def _page(content: bytes) -> Image.Image:
    with _pdfium:
        pdf = pypdfium2.PdfDocument(content)
        try:
            page = pdf[0]
            scale = LONGEST / max(page.get_size())
            return page.render(scale=min(scale, 3)).to_pil().copy()
        finally:
            pdf.close()


def _picture(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    # Asks the decoder for a smaller picture before it has read a large one.
    image.draft("RGB", (LONGEST, LONGEST))
    image.load()
    return image
