"""办事指南: what the catalogue does not say of an approval, from data of our own.

What it is, common mistakes, and as which material its result serves later approvals; which
materials are forms, with a blank sample of each. Pure: no database.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from huadu_portal.papers.letters import SampleForm

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Guide:
    """In one language."""

    what: str
    mistakes: list[str]
    # How long the result is good for, and by which law; empty where it does not expire.
    validity: str = ""


def guide_to(code: str, language: str) -> Guide | None:
    """Chinese is the original, every other language reads English; None for a new type."""
    entry = _read("guides.yaml").get(code)
    if entry is None:
        return None
    tongue = "zh" if language.startswith("zh") else "en"
    mistakes = [mistake[tongue] for mistake in entry["mistakes"]]
    validity = entry.get("validity", {}).get(tongue, "")
    return Guide(entry["what"][tongue], mistakes, validity)


def procedures_in(language: str, names: list[str]) -> list[str]:
    """What may stop the clock, as the catalogue says it, in the reader's language."""
    return [
        _read("special_procedures.yaml")[name] if language == "en" else name for name in names
    ]


@cache
def kinds_by_type() -> dict[str, list[str]]:
    """By code of the approval type: the kinds of material as which its result serves."""
    guides = _read("guides.yaml").items()
    return {code: entry["serves_as"] for code, entry in guides if entry.get("serves_as")}


@cache
def samples() -> dict[str, SampleForm]:
    """A blank of each form, by the name of the kind of material."""
    data = _read("samples.yaml")
    return {name: _sample(name, entry, data["shapes"]) for name, entry in data["forms"].items()}


def _sample(name: str, entry: dict, shapes: dict) -> SampleForm:
    shape = shapes[entry["shape"]]
    sections = [(section["title"], section["rows"]) for section in shape["sections"]]
    if entry.get("rows"):
        sections.append((entry["about"], entry["rows"]))
    return SampleForm(
        title=name.split("（")[0],
        sections=sections,
        table=entry.get("table", []),
        declaration=entry.get("declaration", shape["declaration"]),
        signatory=shape["signatory"],
    )


@cache
def _read(name: str) -> dict:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
