"""Notices in files: TOML or YAML as in data/published.toml, CSV as a spreadsheet saves it.

TOML and YAML hold a list `notice` with `year`, `source`, `holidays` (each with `name`,
`start`, `end`) and `workdays` (days). CSV has a line per span of days, under the headings
start, end, kind, name, source (or 开始日期, 结束日期, 类别, 名称, 通知文件); kind is off or work
(or 放假, 上班), an empty end means one day, the source may stand in the first line only.
Described for those who write them in docs/operating.md.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from huadu_portal import sandbox
from huadu_portal.database_waits import requests_under_way
from huadu_portal.spreadsheets import cell, cell_text
from huadu_portal.workdays import rules
from huadu_portal.workdays.notices import Notice, Span, spans_of

# A year's notice takes two kilobytes.
MOST_BYTES = 200_000
LIMITS = sandbox.Limits(
    memory=512 * 1024 * 1024, seconds=6, deadline=15, answer=10 * MOST_BYTES
)
HEADINGS = ["start", "end", "kind", "name", "source"]
IN_CHINESE = dict(
    zip(["开始日期", "结束日期", "类别", "名称", "通知文件"], HEADINGS, strict=True)
)
KINDS = {"off": False, "放假": False, "work": True, "上班": True}


def read_notice_file(name: str, content: bytes) -> list[Notice]:
    """The notices in a file, by year. Raises ValidationError with what is wrong."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise ValidationError(_("Please choose a TOML, YAML or CSV file."))
    if len(content) > MOST_BYTES:
        raise ValidationError(_("This file is too large for a calendar."))
    notices = sorted(reader(_text(content)), key=lambda notice: notice.year)
    if not notices:
        raise ValidationError(_("There is no notice in this file."))
    for notice in notices:
        rules.check_notice(notice)
    return notices


def as_csv(notice: Notice) -> str:
    """The notice as a file that `read` takes."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(HEADINGS)
    for span in notice.spans():
        kind = "work" if span.is_workday else "off"
        rows.writerow([span.start, span.end, kind, cell(span.name), cell(notice.source)])
    return written.getvalue()


def _text(content: bytes) -> str:
    """Excel in Chinese saves GB 18030; everything else is UTF-8."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("This is not a text file."))


def _toml(text: str) -> list[Notice]:
    return _read_by("calendars.toml", text, _("This cannot be read as TOML: %(error)s"))


def _yaml(text: str) -> list[Notice]:
    return _read_by("calendars.yaml_text", text, _("This cannot be read as YAML: %(error)s"))


def _read_by(function: str, text: str, refusal: str) -> list[Notice]:
    try:
        whose = requests_under_way.asker()
        data = json.loads(sandbox.run(function, text, limits=LIMITS, asker=whose))
    except sandbox.Refused as error:
        raise ValidationError(refusal % error.params) from error
    except (sandbox.Failed, sandbox.Killed) as error:
        raise ValidationError(_("The file is too large when unpacked.")) from error
    return _entries(data)


def _entries(data: object) -> list[Notice]:
    entries = data.get("notice") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise ValidationError(_("The file must contain a list named “notice”."))
    return [_entry(entry) for entry in entries]


def _entry(entry: Any) -> Notice:
    try:
        year, source = int(entry["year"]), _word(entry["source"])
        spans = list(spans_of({"workdays": [], "holidays": []} | _dated(entry)))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ValidationError(
            _("A notice must state year, source, holidays and workdays: %(error)s")
            % {"error": error}
        ) from error
    return Notice.of(year, source, map(_in_order, spans))


def _dated(entry: dict) -> dict:
    """Days may be written as text, which some editors of YAML prefer."""
    holidays = [
        {
            "name": _word(holiday["name"]),
            "start": _day(holiday["start"]),
            "end": _day(holiday.get("end") or holiday["start"]),
        }
        for holiday in entry.get("holidays") or []
    ]
    return {"holidays": holidays, "workdays": [_day(d) for d in entry.get("workdays") or []]}


def _csv(text: str) -> list[Notice]:
    try:
        rows = [
            (n, row)
            for n, row in enumerate(csv.reader(io.StringIO(text)), 1)
            if "".join(row).strip()
        ]
    except csv.Error as error:
        raise ValidationError(
            _("This cannot be read as CSV: %(error)s") % {"error": error}
        ) from error
    first = rows[0][1] if rows else []
    headings = [IN_CHINESE.get(typed.strip(), typed.strip()) for typed in first]
    if missing := [name for name in HEADINGS if name not in headings]:
        raise ValidationError(
            _("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    spans: dict[int, list[Span]] = {}
    sources: dict[int, str] = {}
    for number, row in rows[1:]:
        cells = dict.fromkeys(HEADINGS, "") | {
            name: cell_text(typed.strip()) for name, typed in zip(headings, row, strict=False)
        }
        span = _span(cells, number)
        spans.setdefault(span.start.year, []).append(span)
        sources[span.start.year] = sources.get(span.start.year) or cells["source"]
    return [Notice.of(year, sources[year], found) for year, found in spans.items()]


def _span(cells: dict[str, str], number: int) -> Span:
    try:
        start = _day(cells["start"])
        end = _day(cells["end"] or cells["start"])
        return _in_order(Span(start, end, KINDS[cells["kind"].lower()], cells["name"]))
    except (KeyError, ValueError, OverflowError) as error:
        raise ValidationError(
            _(
                "Line %(number)s: please give the date as 2027-01-31 and the kind as “off” or "
                "“work”."
            )
            % {"number": number}
        ) from error


def _word(value: object) -> str:
    # Written out, a few lines of YAML that point at each other could fill the memory.
    if not isinstance(value, str):
        raise TypeError(_("text was expected"))
    return value


def _day(value: object) -> date:
    # A spreadsheet likes 2027/1/31 better.
    year, month, day = _word(value).strip().replace("/", "-").split("-")
    return date(int(year), int(month), int(day))


def _in_order(span: Span) -> Span:
    if not span.start <= span.end or span.start.year != span.end.year:
        raise ValidationError(
            _("%(start)s to %(end)s: the end comes before the start, or in another year.")
            % {"start": span.start, "end": span.end}
        )
    return span


READERS: dict[str, Callable[[str], Iterable[Notice]]] = {
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".csv": _csv,
}
