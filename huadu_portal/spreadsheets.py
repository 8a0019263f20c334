"""Tables for spreadsheets: CSV that is opened as Chinese, and never run as a formula."""

import csv
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpResponse

from huadu_portal import downloads

CSV = "text/csv; charset=utf-8"
# Without the mark, Excel takes Chinese for another encoding.
MARK = "\ufeff"
# What a spreadsheet would take for a formula when a cell begins with it, in its plain form:
# Excel and WPS in Chinese take ＝＋－＠ for the same signs.
FORMULA = set("=+-@\N{MINUS SIGN}")
# Of these some programs take the first away, others read the next field into it.
CUT_OFF = ("\t", "\r", "\n")
# What stands before the first sign that is seen: controls, spaces, marks; and blank letters.
UNSEEN, BLANK = {"C", "Z", "M"}, set("\u115f\u1160\u2800\u3164\uffa0")


def csv_file(name: str, rows: Iterable[Iterable]) -> HttpResponse:
    """A table to be saved under a name, of any script; its first row are the headings."""
    response = downloads.made(MARK, name=f"{name}.csv", content_type=CSV)
    csv.writer(response).writerows([cell(value) for value in row] for row in rows)
    return response


def cell(value: object) -> str:
    """A value as it stands; text that looks like a formula is kept text by an apostrophe."""
    if isinstance(value, int | float | Decimal):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if looks_like_formula(text) else text


def cell_text(cell: str) -> str:
    """What `cell` was made of, when a table of ours comes back."""
    return cell[1:] if cell[:1] == "'" and looks_like_formula(cell[1:]) else cell


def looks_like_formula(text: str) -> bool:
    seen = next((sign for sign in text if not _is_unseen(sign)), "")
    return text.startswith(CUT_OFF) or unicodedata.normalize("NFKC", seen)[:1] in FORMULA


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign)[0] in UNSEEN or sign in BLANK
