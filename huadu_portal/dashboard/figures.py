"""Figures that are so many items or projects: the list behind each, from the same scope that counts it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from approvals.models import ApprovalItemQuerySet
from huadu_portal.dashboard.cases import days_taken, with_last_certificate
from huadu_portal.dashboard.scope import Scope
from huadu_portal.rows import field_of
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.published import calendar
from projects.models import EXPORTED, Project, value_of


@dataclass(frozen=True)
class FigureTile:
    """How many rows a list has: on the dashboard, and in the API by the name of the list."""

    label: str | LazyText
    icon: str
    color: str = "neutral"
    note: str | LazyText = ""
    # What the API's reference says of it.
    help_text: str = ""
    # Each department has it too (`DepartmentRow`): theirs are summed up, and nothing is counted.
    by_department: bool = False


@dataclass(frozen=True)
class Listing:
    title: str | LazyText
    rows: Callable[[Scope], QuerySet]
    order: tuple[str, ...]
    is_of_projects: bool = False
    is_of_cases: bool = False
    tile: FigureTile | None = None


def list_of_projects(
    title: LazyText,
    rows: Callable[[Scope], QuerySet],
    *order: str,
    tile: FigureTile | None = None,
) -> Listing:
    return Listing(title, rows, (*order, "number"), is_of_projects=True, tile=tile)


def list_of_items(
    title: LazyText,
    rows: Callable[[Scope], QuerySet],
    *order: str,
    tile: FigureTile | None = None,
) -> Listing:
    return Listing(title, rows, (*order, "pk"), tile=tile)


def list_of_cases(title: LazyText, rows: Callable[[Scope], QuerySet], *order: str) -> Listing:
    """Of joint cases; their figure is no count alone (`cases.py:CaseFigure`)."""
    return Listing(title, rows, (*order, "number"), is_of_cases=True)


LISTINGS = {
    "started": list_of_projects(_("Projects started"), Scope.started, "started_on"),
    "completed": list_of_projects(_("Projects completed"), Scope.completed, "completed_on"),
    "joint_five": list_of_cases(
        _("Joint cases of the projects started"), Scope.joint_five, "registered_at"
    ),
    "projects": list_of_projects(_("All projects"), Scope.projects),
    "in_hand": list_of_items(_("Items in progress"), Scope.in_hand, "due_on"),
    "closed": list_of_items(_("Items decided"), Scope.closed, "decided_at"),
    "late": list_of_items(
        _("Items decided that missed the promised limit"), Scope.late, "decided_at"
    ),
    "overdue": list_of_items(
        _("Overdue items"),
        Scope.overdue,
        "due_on",
        tile=FigureTile(_("Overdue now"), "alert-triangle", "red", by_department=True),
    ),
    "missed": list_of_items(
        _("Items with a missed commitment"),
        Scope.missed,
        "due_on",
        tile=FigureTile(
            capfirst(_("commitments missed")),
            "file-text",
            "red",
            note=_("committed in writing, not submitted in time"),
            help_text="Items for which something promised in writing has not come in time.",
            by_department=True,
        ),
    ),
    "due": list_of_items(_("Items due within fourteen days"), Scope.due, "due_on"),
    "items": list_of_items(_("Approval items"), Scope.items, "due_on"),
}

TILES = {name: listing.tile for name, listing in LISTINGS.items() if listing.tile}


def rows_of(listing: Listing, scope: Scope, wanted: Mapping) -> QuerySet:
    rows = listing.rows(scope)
    if listing.is_of_cases:
        rows = with_last_certificate(rows).select_related("project__enterprise", "bundle")
    elif listing.is_of_projects:
        rows = rows.filter(**_given(wanted, "phase")).select_related("enterprise", "platform")
    else:
        rows = rows.filter(**_given(wanted, "status", "department"))
        if wanted.get("lamp"):
            assert isinstance(rows, ApprovalItemQuerySet)
            rows = rows.with_lamp(wanted["lamp"], scope.today)
        rows = rows.select_related("project__enterprise", "approval_type", "department")
    return rows.order_by(*(F(name).asc(nulls_last=True) for name in listing.order))


def _given(wanted: Mapping, *names: str) -> dict:
    return {name: wanted[name] for name in names if wanted.get(name)}


# Where the label of a field is no heading.
HEADINGS = {
    "name": _("project"),
    "investment_wan": _("total investment (10,000 yuan)"),
    "started_on": _("Started on"),
    "completed_on": _("Completed on"),
}


def project_column(name: str) -> tuple[str | LazyText, Callable[[Project, date], object]]:
    """Heading and cell of a field of a project."""
    heading = HEADINGS.get(name) or field_of(Project, name).verbose_name
    return capfirst(heading), lambda project, today: value_of(project, name)


PROJECT_COLUMNS = [project_column(name) for name in EXPORTED]
ITEM_COLUMNS = [
    (capfirst(_("item number")), lambda i, today: i.number),
    (_("Approval"), lambda i, today: str(i.approval_type)),
    (capfirst(_("project")), lambda i, today: i.project.name),
    (capfirst(_("enterprise")), lambda i, today: i.project.enterprise.name),
    (_("Department"), lambda i, today: str(i.department)),
    (_("Status"), lambda i, today: i.get_status_display()),
    (capfirst(_("lamp")), lambda i, today: i.lamp_on(today).label),
    (capfirst(_("promised by")), lambda i, today: i.due_on),
    (capfirst(_("due by law")), lambda i, today: i.statutory_due_on),
    (capfirst(_("decided at")), lambda i, today: _moment(i.decided_at)),
    (
        capfirst(_("past the promised limit since")),
        lambda i, today: i.promised_breached_on,
    ),
    (
        capfirst(_("past the statutory limit since")),
        lambda i, today: i.statutory_breached_on,
    ),
]


CASE_COLUMNS = [
    (capfirst(_("case number")), lambda c, calendar: c.number),
    (capfirst(_("project")), lambda c, calendar: c.project.name),
    (capfirst(_("enterprise")), lambda c, calendar: c.project.enterprise.name),
    (capfirst(_("joint bundle")), lambda c, calendar: str(c.bundle)),
    (capfirst(_("land registered")), lambda c, calendar: _moment(c.registered_at)),
    (capfirst(_("promised by")), lambda c, calendar: c.due_on(calendar)),
    (_("Last certificate"), lambda c, calendar: _moment(c.issued_at)),
    (_("Working days taken"), lambda c, calendar: days_taken(c, calendar)),
    (capfirst(_("joint limit (working days)")), lambda c, calendar: c.days),
]


def table(listing: Listing, rows: QuerySet, scope: Scope) -> Iterator[list]:
    """Headings, then the cells of each row."""
    columns: Sequence = PROJECT_COLUMNS if listing.is_of_projects else ITEM_COLUMNS
    measure: date | Calendar = scope.today
    if listing.is_of_cases:
        columns, measure = CASE_COLUMNS, calendar()
    yield [heading for heading, _read in columns]
    for row in rows.iterator(chunk_size=500):
        yield [read(row, measure) for _heading, read in columns]


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
