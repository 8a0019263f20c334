"""What stands in the XML of an office file: relationships, fields, formulas, pictures.

By the local names of elements and attributes: a prefix changes nothing for the reader, and
nothing for us. Encodings, entities and quotes are the parser's business.
"""

from collections.abc import Iterable
from xml.sax.handler import ContentHandler

from defusedxml.expatreader import DefusedExpatParser

from huadu_portal.sandbox.jobs import fields, links
from huadu_portal.sandbox.jobs.refused import Refused

# Parts drawn in from outside, and programs of others within the page.
FORBIDDEN = {
    "altChunk": "fetches",
    "OLEObject": "objects",
    "oleObject": "objects",
    "oleLink": "fetches",
    "ddeLink": "fetches",
    "script": "macros",
    "foreignObject": "macros",
}
# Of VML and SVG: what they draw must lie in the file.
DRAWN = {"imagedata", "fill", "stroke", "image", "feImage", "use"}
FORMULAS = {
    *("f", "definedName", "formula", "formula1", "formula2", "oldFormula"),
    *("calculatedColumnFormula", "totalsRowFormula"),
}


class Types(ContentHandler):
    """[Content_Types].xml: by part, and for the rest by ending."""

    def __init__(self):
        super().__init__()
        self.by_part: dict[str, str] = {}
        self.by_suffix: dict[str, str] = {}

    def startElement(self, name, attrs):
        said = plain(attrs)
        content_type = said.get("ContentType", "").strip()
        match local(name):
            case "Override":
                part = said.get("PartName", "").strip().lower().lstrip("/")
                # Of two words about one part, a reader might heed either.
                if self.by_part.setdefault(part, content_type) != content_type:
                    raise Refused("misnamed")
            case "Default":
                suffix = said.get("Extension", "").strip().lower()
                if self.by_suffix.setdefault(suffix, content_type) != content_type:
                    raise Refused("misnamed")

    def of(self, part: str) -> str:
        """The type of a part; "" if it has none. That of the types themselves is known."""
        name = part.lower().lstrip("/")
        if name == "[content_types].xml":
            return "application/xml"
        return self.by_part.get(name) or self.by_suffix.get(name.rpartition(".")[2], "")

    def mains(self) -> set[str]:
        """What kind of file it says it is: one, or it is no honest file."""
        said = {*self.by_part.values(), *self.by_suffix.values()}
        return {each for each in said if each.lower().endswith(".main+xml")}

    def hold_macros(self) -> bool:
        said = {*self.by_part.values(), *self.by_suffix.values()}
        return any("macroenabled" in content_type.lower() for content_type in said)


class Part(ContentHandler):
    """Refuses at the first thing that acts or fetches."""

    def __init__(self):
        super().__init__()
        self.fields = fields.Fields()
        # The text of the element under way, where it matters.
        self.text: list[str] | None = None

    def startElement(self, name, attrs):
        name = local(name)
        if code := FORBIDDEN.get(name):
            raise Refused(code)
        if name == "Relationship":
            links.check_relationship(plain(attrs))
        elif name in DRAWN and attrs:
            links.check_drawn(plain(attrs))
        elif name in FORMULAS or name in fields.TEXT:
            self.text = []
        elif name == "fldSimple":
            fields.check_instruction(plain(attrs).get("instr", ""))
        elif name == "fldChar":
            self.fields.mark(plain(attrs).get("fldCharType", ""))

    def characters(self, content):
        if self.text is not None:
            self.text.append(content)

    def endElement(self, name):
        name = local(name)
        if self.text is None or (name not in FORMULAS and name not in fields.TEXT):
            return
        text, self.text = "".join(self.text), None
        if name in fields.TEXT:
            self.fields.say(text)
        else:
            fields.check_formula(text)

    def endDocument(self):
        self.fields.end()


def types_in(content: bytes) -> Types:
    types = Types()
    _parse([content], types)
    return types


def check(pieces: Iterable[bytes]) -> None:
    _parse(pieces, Part())


def _parse(pieces: Iterable[bytes], handler: ContentHandler) -> None:
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    for piece in pieces:
        parser.feed(piece)
    parser.close()


def local(name: str) -> str:
    return name.rpartition(":")[2]


def plain(attrs) -> dict[str, str]:
    return {local(name): value for name, value in attrs.items()}
