"""What stands in the XML of an office file: relationships, fields, formulas, pictures.

By the local names of elements and attributes: a prefix changes nothing for the reader, and
nothing for us. Encodings, entities and quotes are the parser's business.
"""

from collections.abc import Iterable
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.expatreader import DefusedExpatParser

from huadu_portal.sandbox.jobs import fields, links, parts
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
        said = local_names(attrs)
        content_type = said.get("ContentType", "").strip()
        match local(name):
            case "Override":
                part = said.get("PartName", "").strip().lower().lstrip("/")
                _say(self.by_part, part, content_type)
            case "Default":
                suffix = said.get("Extension", "").strip().lower()
                _say(self.by_suffix, suffix, content_type)

    def of(self, part: str) -> str:
        """The type of a part; "" if it has none. That of the types themselves is known."""
        name = part.lower().lstrip("/")
        if name == "[content_types].xml":
            return "application/xml"
        return self.by_part.get(name) or self.by_suffix.get(name.rpartition(".")[2], "")

    def mains(self) -> set[str]:
        """The kinds of file it says it is; an ordinary file is of one."""
        said = {*self.by_part.values(), *self.by_suffix.values()}
        return {each for each in said if each.lower().endswith(".main+xml")}

    def hold_macros(self) -> bool:
        said = {*self.by_part.values(), *self.by_suffix.values()}
        return any("macroenabled" in content_type.lower() for content_type in said)


def _say(said: dict[str, str], of: str, content_type: str) -> None:
    """Of two words about one part a reader might heed either: they have to mean the same."""
    if not parts.is_same(said.setdefault(of, content_type), content_type):
        raise Refused("misnamed")


class XmlPart(ContentHandler):
    """Refuses at the first thing that acts or fetches."""

    def __init__(self):
        super().__init__()
        self.fields = fields.Fields()
        # The texts of the elements under way, where they matter, one within the other.
        self.texts: list[tuple[str, list[str]]] = []

    def startElement(self, name, attrs):
        name = local(name)
        if code := FORBIDDEN.get(name):
            raise Refused(code)
        if name == "Relationship":
            links.check_relationship(local_names(attrs))
        elif name in DRAWN:
            if attrs:
                links.check_drawn(local_names(attrs))
        else:
            _check_clicked(attrs)
        if self._is_read(name):
            self.texts.append((name, []))
        elif name == "fldSimple":
            fields.check_instruction(local_names(attrs).get("instr", ""))
        elif name == "fldChar":
            self.fields.mark(local_names(attrs).get("fldCharType", ""))

    def _is_read(self, name: str) -> bool:
        shown = name in fields.SHOWN and self.fields.instruction is not None
        return shown or name in FORMULAS or name in fields.TEXT

    def characters(self, content):
        for _name, text in self.texts:
            text.append(content)

    def endElement(self, name):
        name = local(name)
        if not self.texts or self.texts[-1][0] != name:
            return
        text = "".join(self.texts.pop()[1])
        if name in FORMULAS:
            fields.check_formula(text)
        else:
            self.fields.say(text)

    def endDocument(self):
        self.fields.end()


def _check_clicked(attrs: AttributesImpl) -> None:
    """A shape of VML and a link of SVG say outright where a click leads."""
    for name, value in attrs.items():
        if name.endswith("href") and local(name) == "href":
            links.check_link(value)


def types_in(content: bytes) -> Types:
    types = Types()
    _parse([content], types)
    return types


def check_xml(pieces: Iterable[bytes]) -> None:
    _parse(pieces, XmlPart())


def _parse(pieces: Iterable[bytes], handler: ContentHandler) -> None:
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    for piece in pieces:
        parser.feed(piece)
    parser.close()


def local(name: str) -> str:
    return name.rpartition(":")[2]


def local_names(attrs: AttributesImpl) -> dict[str, str]:
    return {local(name): value for name, value in attrs.items()}
