"""What a part of an office file may be, by its content type and its first bytes."""

import re

from huadu_portal.sandbox.jobs.refused import Refused

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = f"{EXCEL}.sheet"

XML, TABLE, ANYTHING = "xml", "table", "anything"
# Pictures, by the beginning that each has.
PICTURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),
    "image/pjpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/bmp": (b"BM",),
    "image/tiff": (b"II*\0", b"MM\0*"),
    "image/tif": (b"II*\0", b"MM\0*"),
    "image/x-emf": (b"\x01\0\0\0",),
    "image/emf": (b"\x01\0\0\0",),
    "image/x-wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0", b"\x02\0\x09\0"),
    "image/wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0", b"\x02\0\x09\0"),
    "image/vnd.ms-photo": (b"II\xbc",),
}
# Settings of a printer, scrambled fonts, marks: bytes without a beginning of their own.
WITHOUT_BEGINNING = {
    f"{EXCEL}.printersettings",
    f"{WORD}.printersettings",
    f"{EXCEL}.customproperty",
    "application/vnd.openxmlformats-officedocument.obfuscatedfont",
    "application/x-fontdata",
    "application/x-font-ttf",
    "application/vnd.openxmlformats-package.digital-signature-origin",
}
IS_XML = re.compile(
    r"(?:application|text)/xml|image/svg\+xml|application/(?:inkml\+xml|"
    r"vnd\.(?:openxmlformats-(?:package|officedocument)|ms-(?:office|word|excel)"
    r"|wps-officedocument)\.[\w.-]+\+xml)"
)
# Among them those that run, or fetch, or hold what does. Templates are another kind of file.
ACTIVE = re.compile(
    r"macro|activex|vba|keymap|toolbar|customui|dialogsheet|webextension|taskpane|addin"
)
FETCHING = re.compile(r"externallink|connections|querytable|volatiledependencies|mailmerge")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Programs, archives, documents, shortcuts, scripts: no part of any kind begins like this.
STRANGERS = (
    *(b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!"),
    *(b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF"),
    *(b"%PDF", b"{\\rt", b"ITSF", b"L\0\0\0\x01\x14\x02\0"),
)
# What Office leaves where something was deleted: nothing leads to it.
TRASH = re.compile(r"\[trash\]/[0-9a-f]{4}\.dat")
# Settings of a printer, as they are kept on a Mac.
PLIST = re.compile(rb'[\s\0]*<\?xml[^>]{0,100}\?>\s*<!DOCTYPE plist PUBLIC "-//Apple')
MARKUP = re.compile(rb"^[\s\0\xef\xbb\xbf\xfe\xff]*<", re.DOTALL)


def without_dot(content_type: str) -> str:
    """Without the dot that WPS puts before a picture's kind ("image/.jpg")."""
    return content_type.lower().replace("image/.", "image/", 1)


def is_same(one: str, other: str) -> bool:
    """Whether two content types mean the same: "image/jpg" is "image/jpeg"."""
    one, other = without_dot(one), without_dot(other)
    return one == other or PICTURES.get(one, one) == PICTURES.get(other, other)


def kind_of(name: str, content_type: str) -> str:
    """XML, TABLE, ANYTHING, or the type of a picture; Refused for what has no place here."""
    content_type = without_dot(content_type)
    suffix = name.lower().rpartition(".")[2]
    if ACTIVE.search(content_type) or ACTIVE.search(name.lower()):
        raise Refused("macros")
    if FETCHING.search(content_type):
        raise Refused("fetches")
    if content_type == SHEET:
        return TABLE
    # A reader may go by the name as well as by the type: then it has to be what both say.
    if IS_XML.fullmatch(content_type) or suffix in ("xml", "rels", "vml", "svg"):
        return XML
    if content_type in PICTURES:
        return content_type
    if content_type in WITHOUT_BEGINNING or TRASH.fullmatch(name.lower()):
        return ANYTHING
    raise Refused("objects" if content_type else "misnamed")


def check_beginning(head: bytes, kind: str) -> None:
    if head.startswith(OLE):
        raise Refused("objects")
    is_markup = MARKUP.match(head[:64]) and not (kind == ANYTHING and PLIST.match(head))
    if head.startswith(STRANGERS) or is_markup:
        raise Refused("holds_files")
    if kind != ANYTHING and not head.startswith(PICTURES[kind]):
        raise Refused("misnamed")
    if kind.endswith("emf") and head[40:44] != b" EMF":
        raise Refused("misnamed")
