"""Whether a PDF is one that we keep."""

import re
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf

from sandboxed.refused import Refused

# Objects of a PDF, those inside others included.
MAX_OBJECTS = 1_000_000
# Bytes to which one packed stream of a PDF's structure may grow; pages and pictures are
# not unpacked here.
MAX_STREAM = 16 * 1024 * 1024
UNREAD = re.compile("limit exceeded|unfilterable|error decoding stream")
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_STREAM,
    run_length_max_memory=MAX_STREAM,
    png_max_memory=MAX_STREAM,
    tiff_max_memory=MAX_STREAM,
    max_stream_filters=4,
)
# What a PDF may not do when it is opened, or contain.
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition"}
CONTAINED = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA")


def check(file: BinaryIO) -> None:
    try:
        pdf = pikepdf.open(file)
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    with pdf:
        if pdf.is_encrypted:
            raise Refused("locked")
        if not len(pdf.pages):
            raise Refused("no_pages")
        if any(_acts(held) for held in _dictionaries(pdf)):
            raise Refused("pdf_acts")
        # What could not be unpacked could not be judged either.
        if any(UNREAD.search(str(warning)) for warning in pdf.get_warnings()):
            raise Refused("unpacks")


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, wherever it hides. Those referred to come by themselves."""
    seen = 0
    for each in pdf.objects:
        waiting = [each]
        while waiting:
            held = waiting.pop()
            seen += 1
            if seen > MAX_OBJECTS:
                raise Refused("unpacks")
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
