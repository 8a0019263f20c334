"""What has to be in order before which milestone: the rules, as the data says them. No database."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huadu_portal.ui.choices import ColoredText

DATA = Path(__file__).parent.parent / "data/readiness.yaml"


class PointKind(ColoredText):
    """Why a point stands on the list."""

    LAW = "law", "red", _("required by law")
    PRACTICE = "practice", "yellow", _("needed in practice")


@dataclass(frozen=True)
class ReadinessRule:
    """Any of these approvals has to be there before the milestone."""

    codes: tuple[str, ...]
    kind: PointKind
    # The article; empty where none says so.
    basis: str
    why_by_language: Mapping[str, str]

    @property
    def why(self) -> str:
        """Chinese is the original, every other language reads English."""
        return self.why_by_language["zh" if get_language().startswith("zh") else "en"]


@cache
def rules() -> dict[str, list[ReadinessRule]]:
    """By the code of the milestone."""
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {code: [_rule(**entry) for entry in entries] for code, entries in data.items()}


def _rule(codes: list[str], kind: str, basis: str, why: Mapping[str, str]) -> ReadinessRule:
    return ReadinessRule(tuple(codes), PointKind(kind), basis, why)
