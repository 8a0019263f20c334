"""Blank sample forms, and how papers write days, sums and digests.

Whatever the center issues is a paper with a number (operations.py), so that anybody can verify
it; a sample form is nobody's paper and says so on every page.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import segno

from huadu_portal.papers.pdf import render


@dataclass(frozen=True, kw_only=True)
class SampleForm:
    """A blank form (样表): what has to be filled in, marked as a sample on every page."""

    title: str
    # Title and rows of each section.
    sections: list[tuple[str, list[str]]]
    # Heads of a table below the sections; none where there is no table.
    table: list[str] = field(default_factory=list)
    declaration: str
    signatory: str

    def pdf(self) -> bytes:
        return render("sample", self.data())

    def data(self) -> dict:
        sections = [{"title": title, "rows": rows} for title, rows in self.sections]
        return vars(self) | {"sections": sections}


def day_in_words(day: date, language: str) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B %Y}"


def moment_in_words(moment: datetime, language: str) -> str:
    """With a moment of the district's clock."""
    day = day_in_words(moment, language)
    return f"{day}{moment:%H时%M分}" if language == "zh" else f"{day}, {moment:%H:%M}"


def money_in_words(wan: Decimal | None, language: str) -> str:
    """From 万元, with 亿元 beside it as soon as there is one."""
    if wan is None:
        return ""
    unit, great_unit = ("万元", "亿元") if language == "zh" else ("× 10,000 yuan", "")
    text = f"{wan:,.2f} {unit}"
    if wan < 10_000:
        return text
    if language == "zh":
        return f"{text}（{wan / 10_000:,.2f} {great_unit}）"
    return f"{text} ({wan / 100:,.2f} million yuan)"


def size_in_words(size: int) -> str:
    if size < 1024 * 1024:
        return f"{size / 1024:.1f} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def digest_in_words(sha256: str) -> str:
    """The first 16 digits in groups of four, which people can compare."""
    return " ".join(sha256[n : n + 4] for n in range(0, 16, 4))


def qr(address: str) -> str | None:
    """A QR code as SVG."""
    if not address:
        return None
    return segno.make(address, error="m", micro=False).svg_inline(border=0)
