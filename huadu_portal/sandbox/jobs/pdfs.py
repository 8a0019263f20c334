"""Whether a PDF is one that we keep."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pikepdf

from huadu_portal.sandbox.jobs import links
from huadu_portal.sandbox.jobs.refused import Refused

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
# What a click may do, and what may happen by itself: show a page of the same file.
BY_CLICK = {"/GoTo", "/URI", "/Named", "/SetOCGState"}
BY_ITSELF = {"/GoTo"}
# What no dictionary does, wherever it stands.
ACTIONS = {
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition"),
    *("/Thread", "/Sound", "/Movie", "/Trans3D", "/GoTo3DView", "/RichMediaExecute"),
}
CONTAINED = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA")
# Notes on a page that play or hold something.
PLAYED = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"}
MAX_ACTIONS = 100  # one after the other
# Readers look for the end within so many last bytes.
TAIL, END = 1024, b"%%EOF"


def check_pdf(file: BinaryIO) -> None:
    _check_end(file)
    try:
        pdf = pikepdf.open(file)
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    with pdf:
        if pdf.is_encrypted:
            raise Refused("locked")
        if not len(pdf.pages):
            raise Refused("no_pages")
        for held in _dictionaries(pdf):
            _check_held(held)
        # What could not be unpacked could not be judged either.
        if any(UNREAD.search(str(warning)) for warning in pdf.get_warnings()):
            raise Refused("unpacks")


def _check_end(file: BinaryIO) -> None:
    """A file cut off on its way is repaired by readers into something else."""
    file.seek(0)
    tail = b""
    while piece := file.read(1024 * 1024):
        tail = (tail + piece).rstrip(b"\0\t\n\r\x0c ")[-TAIL:] or tail[-TAIL:]
    file.seek(0)
    if END not in tail:
        raise Refused("truncated")


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


def _own(values: Iterable[pikepdf.Object]) -> list[pikepdf.Object]:
    compound = (pikepdf.Dictionary, pikepdf.Array)
    return [it for it in values if isinstance(it, compound) and not it.is_indirect]


def _check_held(held: pikepdf.Object) -> None:
    if str(held.get("/S", "")) in ACTIONS or any(key in held for key in CONTAINED):
        raise Refused("pdf_acts")
    if str(held.get("/Subtype", "")) in PLAYED:
        raise Refused("pdf_acts")
    _check_outside(held)
    for key in ("/A", "/PA"):
        # Of a structure's element, /A are its looks.
        if _is_action(held.get(key)):
            _check_action(held[key], BY_CLICK)
    if _is_action(held.get("/OpenAction")):
        _check_action(held.OpenAction, BY_ITSELF)
    if isinstance(held.get("/URI"), pikepdf.Dictionary) and "/Base" in held.URI:
        links.check_base(str(held.URI.Base))
    if isinstance(held.get("/AA"), pikepdf.Dictionary):
        for _when, action in held.AA.items():
            _check_action(action, BY_ITSELF)


def _check_outside(held: pikepdf.Object) -> None:
    """Pages and pictures of another file: by reference, or in place of a stream's content."""
    is_form = str(held.get("/Subtype", "")) == "/Form"
    if is_form and "/Ref" in held:
        raise Refused("fetches")
    if isinstance(held, pikepdf.Stream) and ("/F" in held or "/FFilter" in held):
        raise Refused("fetches")


def _is_action(value: pikepdf.Object | None) -> bool:
    return isinstance(value, pikepdf.Dictionary) and "/S" in value


def _check_action(action: pikepdf.Object, allowed: set[str]) -> None:
    """With those that follow it. What is no action does nothing."""
    waiting, seen = [action], 0
    while waiting:
        action = waiting.pop()
        seen += 1
        if seen > MAX_ACTIONS:
            raise Refused("unpacks")
        if isinstance(action, pikepdf.Array):
            waiting += list(action)
        elif _is_action(action):
            if str(action.S) not in allowed:
                raise Refused("pdf_acts")
            if "/URI" in action:
                links.check_link(str(action.URI))
            if "/Next" in action:
                waiting.append(action.Next)
