"""Tables for spreadsheets: CSV that is opened as Chinese, and never run as a formula."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# What a spreadsheet would take for a formula when a cell begins with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(name: str, rows: Iterable[Iterable]) -> HttpResponse:
    """A table to be saved under a name, of any script; its first row are the headings."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.csv")},
    )
    # Without the mark, Excel takes Chinese for another encoding.
    response.write("\ufeff")
    csv.writer(response).writerows([cell(value) for value in row] for row in rows)
    return response


def cell(value) -> str:
    """Text as it stands; what looks like a formula is made text by an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
