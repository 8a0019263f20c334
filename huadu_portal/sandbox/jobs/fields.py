"""Fields of a text and formulas of a table: those that start programs or fetch."""

import re
import unicodedata

from huadu_portal.sandbox.jobs import links
from huadu_portal.sandbox.jobs.refused import Refused

# Elements whose text is a field's instruction, or will be once a change is taken back.
TEXT = {"instrText", "delInstrText"}
# Before a field's result begins, what would be shown is part of its instruction too.
SHOWN = {"t", "delText"}
# Speak to another program, or read another file when the text is opened.
ACTING = {"DDE", "DDEAUTO", "LINK", "INCLUDETEXT", "INCLUDE", "IMPORT", "DATABASE", "RD"}
PICTURE, LINK = "INCLUDEPICTURE", "HYPERLINK"
MAX_DEPTH = 50
# Program|'topic'!item, and functions that call out of the table.
DDE = re.compile(r"[\w.)\]']\s*\|\s*(?:'(?:[^']|'')*'|[\w.\\/: -]+)\s*!", re.IGNORECASE)
CALLING = re.compile(
    r"(?<![\w.])(?:_xlfn\.|_xlws\.|_xll\.)*"
    r"(?:WEBSERVICE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE)\s*\(",
    re.IGNORECASE,
)
# Texts, and between them the names in single quotes, in which a double quote begins no text.
QUOTED = re.compile("'(?:[^']|'')*'" + r'|"(?:[^"]|"")*"')
# What a click on the cell opens, where the formula says it outright.
CLICKED = re.compile(r'HYPERLINK\s*\(\s*"([^"]*)"', re.IGNORECASE)
# Switches of a link, with what they say beside where it leads.
SWITCHES = re.compile(r'\\[olt]\s*(?:"[^"]*"|[^\s"]+)|\\[mnh]\b', re.IGNORECASE)
NESTED = "\0"


class Fields:
    """Complex fields of one part: their instructions may be spread over runs and pages."""

    def __init__(self):
        # Of each field that is open: its instruction so far; None once its result begins.
        self.open: list[list[str] | None] = []

    @property
    def instruction(self) -> list[str] | None:
        """What is read of the innermost field's; None outside of one."""
        return self.open[-1] if self.open else None

    def mark(self, kind: str) -> None:
        match kind.strip():
            case "begin":
                if (instruction := self.instruction) is not None:
                    instruction.append(NESTED)
                self.open.append([])
                if len(self.open) > MAX_DEPTH:
                    raise Refused("unpacks")
            case "separate":
                self._close_instruction()
            case "end" if self.open:
                self._close_instruction()
                self.open.pop()

    def say(self, text: str) -> None:
        if (instruction := self.instruction) is not None:
            instruction.append(text)
        elif text.strip():
            # Of no field that we see; a reader might put it into one.
            check_instruction(text)

    def end(self) -> None:
        while self.open:
            self.mark("end")

    def _close_instruction(self) -> None:
        if (instruction := self.instruction) is not None:
            check_instruction("".join(instruction))
            self.open[-1] = None


def check_instruction(text: str) -> None:
    """`text` has NESTED where another field stands within it."""
    seen = "".join(sign for sign in text if sign == NESTED or not _is_unseen(sign)).strip()
    # A name that a further field makes up could be any.
    found = re.match(r"=|[^\s\"\\]*", seen)
    name = found[0].upper() if found else ""
    if NESTED in name:
        raise Refused("fields")
    if name in ACTING:
        raise Refused("fields")
    # Pictures copied from a page on the web carry its address; they lie in the file as well.
    if name == PICTURE and links.is_of_this_network(seen[len(PICTURE) :].strip(' "')):
        raise Refused("fetches")
    if name == LINK:
        links.check_link(SWITCHES.sub("", seen[len(LINK) :]).strip(' "'))


def check_formula(text: str) -> None:
    # What stands in quotes is text, but for the parts of a call by DDE, which are not.
    bare = QUOTED.sub(lambda found: found[0] if found[0][0] == "'" else '""', text)
    if DDE.search(bare):
        raise Refused("fields")
    if CALLING.search(bare):
        raise Refused("fetches")
    for target in CLICKED.findall(text):
        links.check_link(target)


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Cc") and not sign.isspace()
