"""The English names of the packaged kinds of material. Pure: no database."""

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "data/material_names.yaml"


def in_english(name: str) -> str:
    """The name itself for a kind that the packaged data does not know."""
    return _names().get(name, name)


@cache
def _names() -> dict[str, str]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))
