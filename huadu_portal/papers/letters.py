"""The papers the centre hands out: what each must say, and its PDF.

    Receipt(number="SB20260305-0001", received_at=at, …).pdf()

Whoever makes one draws its number inside the act (numbers.py), keeps the bytes with their
SHA-256, and names in `look_up` the public address where the number can be checked.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import segno
from django.utils import timezone

from huadu_portal.papers.pdf import render

RECEIPT_WORDS = {
    "zh": {
        "title": "项目申报收件回执",
        "number": "收件编号",
        "received_at": "收件时间",
        "enterprise": "申报单位",
        "credit_code": "统一社会信用代码",
        "project": "项目名称",
        "town": "拟落地镇街",
        "investment": "总投资",
    },
    "en": {
        "title": "Receipt for a project application",
        "number": "Receipt number",
        "received_at": "Received",
        "enterprise": "Enterprise",
        "credit_code": "Unified social credit code",
        "project": "Project",
        "town": "Town",
        "investment": "Total investment",
    },
}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A notice with a title, facts and paragraphs. Texts are in the reader's language."""

    number: str
    title: str
    day: date
    recipient: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)
    look_up: str = ""
    language: str = "zh"

    def pdf(self) -> bytes:
        return render("letter", self.data())

    def data(self) -> dict:
        return vars(self) | {
            "day": day_in_words(self.day, self.language),
            "qr": qr(self.look_up),
        }


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


@dataclass(frozen=True)
class File:
    kind: str  # of material
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """That an application and its files have come in (收件回执), and what follows by when."""

    number: str
    received_at: datetime
    enterprise: str
    credit_code: str
    project: str
    town: str
    investment_wan: Decimal | None
    files: list[File] = field(default_factory=list)
    answer_by: date | None = None
    next_steps: list[str] = field(default_factory=list)
    look_up: str = ""
    language: str = "zh"

    def pdf(self) -> bytes:
        return render("receipt", self.data())

    def data(self) -> dict:
        words = RECEIPT_WORDS[self.language]
        received = timezone.localtime(self.received_at, timezone.get_default_timezone())
        said = {
            "number": self.number,
            "received_at": moment_in_words(received, self.language),
            "enterprise": self.enterprise,
            "credit_code": self.credit_code,
            "project": self.project,
            "town": self.town,
            "investment": money_in_words(self.investment_wan, self.language),
        }
        return {
            "title": words["title"],
            "number": self.number,
            "enterprise": self.enterprise,
            "received_at": said["received_at"],
            "facts": [(words[name], text) for name, text in said.items() if text],
            "files": [
                {
                    "kind": file.kind,
                    "name": file.name,
                    "size": size_in_words(file.size),
                    "digest": digest_in_words(file.sha256),
                }
                for file in self.files
            ],
            "answer_by": self.answer_by and day_in_words(self.answer_by, self.language),
            "next_steps": self.next_steps,
            "day": day_in_words(received.date(), self.language),
            "look_up": self.look_up,
            "qr": qr(self.look_up),
            "language": self.language,
        }


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
    if language == "zh":
        text = f"{wan:,.2f} 万元"
        return text if wan < 10_000 else f"{text}（{wan / 10_000:,.2f} 亿元）"
    text = f"CNY {wan * 10_000:,.0f}"
    return text if wan < 10_000 else f"{text} (CNY {wan / 100:,.2f} million)"


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
