"""The dashboard, the list behind each of its figures, and that list as a file."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.decorators import permission_required
from django.forms import BaseForm, ChoiceField
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from approvals.models import JointCase
from huadu_portal.clock import civil_day, now
from huadu_portal.counts import CountedPaginator
from huadu_portal.dashboard.cases import days_taken
from huadu_portal.dashboard.charts import charts, shaded
from huadu_portal.dashboard.figures import LISTINGS, rows_of, table
from huadu_portal.dashboard.filters import RowsForm, ScopeForm
from huadu_portal.dashboard.summary import summarise, total_of
from huadu_portal.spreadsheets import csv_file
from huadu_portal.ui.form_choices import choices_of
from huadu_portal.workdays.published import calendar

PER_PAGE = 50
# The due list on the dashboard itself; the rest is a click away.
DUE_SHOWN, DUE_IN_FULLSCREEN = 12, 5

may_view = permission_required("desk.view_dashboard", raise_exception=True)


@may_view
def dashboard(request):
    at = now()
    form = ScopeForm(request.GET, today=civil_day(at))
    scope = form.scope(request.user)
    summary = summarise(scope, at=at)
    is_fullscreen = request.GET.get("fullscreen") == "1"
    # A department's head sees its items; projects are the centre's.
    shows_projects = not request.user.is_of_department
    tiles = [(name, LISTINGS[name], count) for name, count in summary.counts.items()]
    context = {
        "form": form,
        "scope": scope,
        "summary": summary,
        "charts": charts(summary, scope),
        "towns": shaded(summary.towns),
        "due": rows_of(LISTINGS["due"], scope, {})[
            : DUE_IN_FULLSCREEN if is_fullscreen else DUE_SHOWN
        ],
        "is_fullscreen": is_fullscreen,
        "shows_projects": shows_projects,
        "tiles": [tile for tile in tiles if shows_projects or not tile[1].is_of_projects],
    }
    return render(request, "dashboard/dashboard.html", context)


@may_view
def rows(request):
    listing, scope, found, form = rows_behind_figure(request)
    page = CountedPaginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "listing": listing,
        "scope": scope,
        "filters_in_words": filters_in_words(form),
        "today": scope.today,
        "page": page,
        "cases": _with_days(page) if listing.is_of_cases else [],
        "total": total_of(found) if listing.is_of_projects else None,
    }
    return render(request, "dashboard/rows.html", context)


def _with_days(cases: Iterable[JointCase]) -> list[tuple[JointCase, date | None, int | None]]:
    """Each with the last day of its limit, and the days it took."""
    published = calendar()
    return [(case, case.due_on(published), days_taken(case, published)) for case in cases]


@may_view
def export(request):
    listing, scope, found, form = rows_behind_figure(request)
    name = f"{form.cleaned_data['of']}-{scope.year}-{scope.today}"
    return csv_file(name, table(listing, found, scope))


def rows_behind_figure(request):
    """The rows behind the figure that the address names."""
    form = RowsForm(request.GET, today=civil_day(now()))
    if not form.is_valid():
        raise Http404(_("There is no such list."))
    scope = form.scope(request.user)
    listing = LISTINGS[form.cleaned_data["of"]]
    return listing, scope, rows_of(listing, scope, form.cleaned_data), form


def filters_in_words(form: BaseForm) -> list[str]:
    """What the list is narrowed to."""
    shown = []
    for name in ("town", "industry", "phase", "status", "lamp"):
        value = form.cleaned_data.get(name)
        offered = form.fields[name]
        assert isinstance(offered, ChoiceField)
        shown += [label for key, label in choices_of(offered) if value and key == value]
    shown += [form.cleaned_data.get(name) for name in ("platform", "department")]
    return [text for text in shown if text]
