"""The working-day calendar at the staff desk: a year to look at, a notice to publish.

Nothing is kept between the steps: a preview carries the notice it is about, and the
fingerprint of what it showed, to the confirmation.
"""

from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from huadu_portal import downloads
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring import calendar_grid, calendar_publication
from huadu_portal.monitoring.calendar_forms import FileForm, NoticeForms, ProposalForm
from huadu_portal.monitoring.calendar_publication import Outdated, shown_moves
from huadu_portal.spreadsheets import CSV, MARK
from huadu_portal.ui.admin import LookUpAdmin
from huadu_portal.workdays import files, libraries, operations, rules
from huadu_portal.workdays.models import CalendarChange, PublishedYear
from huadu_portal.workdays.published import calendar

MOVES_PER_PAGE = 50


@admin.register(PublishedYear)
class CalendarAdmin(LookUpAdmin):
    """One page per year, whether it has been published or not."""

    def get_urls(self):
        views = {
            "edit": self.edit_view,
            "preview": self.preview_view,
            "publish": self.publish_view,
            "csv": self.csv_view,
        }
        own = [
            path(
                f"<int:year>/{name}/",
                self.admin_site.admin_view(view),
                name=f"workdays_publishedyear_{name}",
            )
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def may_publish(self, request):
        return request.user.has_perm("workdays.change_specialday")

    # A year to look at.

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = civil_day(now())
        years = self._years(today)
        year = request.GET.get("year", "")
        year = int(year) if year in map(str, years) else today.year
        return self._year_page(request, year, years)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A year's own page is the calendar, opened at it."""
        return redirect(self._url_of(object_id))

    def _years(self, today):
        known = PublishedYear.objects.values_list("year", flat=True)
        return list(range(min([today.year, *known]), max([today.year, *known]) + 3))

    def _url_of(self, year):
        return f"{self.address('changelist')}?year={year}"

    def _year_page(self, request, year, years):
        known, in_force = operations.in_force(year), calendar()
        names = {day.date: day.name for day in known.days}
        changes = CalendarChange.objects.filter(year=year).select_related("by")
        return self.page(
            request,
            "admin/desk/calendar.html",
            title=_("Working-day calendar"),
            year=year,
            years=years,
            published=PublishedYear.objects.filter(year=year).first(),
            months=calendar_grid.months(year, in_force, names),
            spans=known.spans(),
            workdays=in_force.count(date(year, 1, 1), date(year + 1, 1, 1)),
            changes=changes if request.user.has_perm("workdays.view_calendarchange") else [],
            may_publish=self.may_publish(request),
        )

    def csv_view(self, request, year):
        """The year as a file that can be changed and handed in."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        content = files.as_csv(operations.in_force(self._checked(year)))
        name = f"workdays-{year}.csv"
        return downloads.made(MARK + content, name=name, content_type=CSV)

    # A notice to publish.

    def edit_view(self, request, year):
        """Type the notice, hand in a file, or take what the libraries know."""
        self._demand_right(request)
        known = operations.in_force(self._checked(year))
        if request.method != "POST":
            return self._edit_page(request, NoticeForms(known))
        match request.POST.get("way"):
            case "file":
                sent = FileForm(request.POST, request.FILES, year=year)
                if sent.is_valid():
                    return self._preview_page(request, sent.cleaned_data["file"])
                return self._edit_page(request, NoticeForms(known), file_form=sent)
            case "libraries":
                return self._from_libraries(request, known)
            case "again":
                form = ProposalForm(request.POST, year=year)
                typed = form.cleaned_data["notice"] if form.is_valid() else known
                return self._edit_page(request, NoticeForms(typed))
        typed = NoticeForms(known, request.POST)
        if notice := typed.notice():
            return self._preview_page(request, notice)
        return self._edit_page(request, typed)

    def _from_libraries(self, request, known):
        try:
            return self._preview_page(request, libraries.notice_from_libraries(known.year))
        except libraries.NotPublished:
            said = _("The calendar of %(year)s has not been published; it remains provisional.")
            messages.warning(request, said % {"year": known.year})
        except libraries.Disagreement as error:
            said = _("The sources disagree, nothing was changed: %(days)s.")
            messages.error(request, said % {"days": error})
        return self._edit_page(request, NoticeForms(known))

    @method_decorator(require_POST)
    def preview_view(self, request, year):
        """Another page of the due dates that move."""
        return self._with_proposal(request, year, self._show_again)

    @method_decorator(require_POST)
    def publish_view(self, request, year):
        return self._with_proposal(request, year, self._publish)

    def _with_proposal(self, request, year, go_on):
        self._demand_right(request)
        form = ProposalForm(request.POST, year=self._checked(year))
        if form.is_valid():
            return go_on(request, **form.cleaned_data)
        for sentence in form.errors.get("notice", []):
            messages.error(request, str(sentence))
        return redirect(self.address("edit", year))

    def _show_again(self, request, notice, seen, page):
        return self._preview_page(request, notice, page=page or 1)

    def _publish(self, request, notice, seen, page):
        try:
            change = calendar_publication.publish(notice, by=request.user, at=now(), seen=seen)
        except Outdated as refusal:
            messages.error(request, str(refusal))
            return self._preview_page(request, notice)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self._done(change))
        return redirect(self._url_of(notice.year))

    def _done(self, change):
        return ngettext(
            "The calendar of %(year)s is in force; the due dates of %(count)s item have moved.",
            "The calendar of %(year)s is in force; the due dates of %(count)s items have moved.",
            change.items_moved,
        ) % {"year": change.year, "count": change.items_moved}

    def _edit_page(self, request, typed, file_form=None):
        return self.page(
            request,
            "admin/desk/calendar_edit.html",
            title=_("Working days of %(year)s") % {"year": typed.year},
            year=typed.year,
            typed=typed,
            file_form=file_form or FileForm(year=typed.year),
            back=self._url_of(typed.year),
        )

    def _preview_page(self, request, notice, page=1):
        try:
            found = calendar_publication.preview(notice)
        except ValidationError as error:  # what a library says may break a rule of ours
            messages.error(request, " ".join(error.messages))
            return redirect(self.address("edit", notice.year))
        shown = Paginator(found.moves, MOVES_PER_PAGE).get_page(page)
        return self.page(
            request,
            "admin/desk/calendar_preview.html",
            title=_("Working days of %(year)s") % {"year": notice.year},
            year=notice.year,
            found=found,
            is_in_force=operations.is_in_force(notice),
            content=files.as_csv(notice),
            moves=shown,
            shown_moves=shown_moves(shown),
            back=self._url_of(notice.year),
        )

    def _demand_right(self, request):
        if not self.may_publish(request):
            raise PermissionDenied

    def _checked(self, year):
        if not rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
            raise Http404
        return year


@admin.register(CalendarChange)
class CalendarChangeAdmin(LookUpAdmin):
    """Every publication, newest first."""

    list_display = ["year", "source_notice", "at", "by_whom", "days_count", "items_moved"]
    list_filter = ["year"]
    search_fields = ["source_notice"]
    list_select_related = ["by"]
    fields = readonly_fields = [
        "year",
        "source_notice",
        "at",
        "by_whom",
        "days_listed",
        "items_moved",
        "version_before",
        "version_after",
    ]

    @display(description=gettext_lazy("by"), ordering="by")
    def by_whom(self, change):
        return change.by or _("the command sync_calendar")

    @display(description=gettext_lazy("days changed"))
    def days_count(self, change):
        return len(change.days)

    @display(description=gettext_lazy("days changed"))
    def days_listed(self, change):
        kinds = {True: _("working day"), False: _("day off")}
        return "；".join(
            f"{day} {kinds[works]} {name}".strip() for day, works, name in change.days
        )
