"""Lists at the staff desk: they answer questions about what they show, and no others.

Django lets an address filter a list by any column, shown or not: `?password__regex=^a` would
tell a password apart, letter by letter (docs/decisions/0028).
"""

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.filters import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import build_q_object_from_lookup_parameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.core.exceptions import BadRequest
from django.db import DataError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise as LazyText
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from huadu_portal.counts import CountedPaginator, count_in_words, counted
from huadu_portal.rest.filters import SearchField
from huadu_portal.rest.text import FORBIDDEN
from huadu_portal.routes import address

# How the filters of Django and of the theme ask for their column.
WAYS = ["", "__exact", "__id__exact", "__isnull", "__gte", "__lt", "__year", "__month", "__day"]
# The parameter that says which tab is open, and the tab that every list with tabs has.
TAB_VAR, ALL_TAB = "tab", "all"


@dataclass(frozen=True)
class Tab:
    """A named part of a list, shown above it with its count."""

    label: str | LazyText
    condition: Q


class TabFilter(SimpleListFilter):
    """Which tab is open; without a choice the first one is."""

    title, parameter_name = "", TAB_VAR
    template = "admin/desk/nothing.html"

    def __init__(self, request, params, model, model_admin):
        self.tabs = model_admin.tabs(request)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(name, tab.label) for name, tab in self.tabs.items()]

    @property
    def chosen(self) -> str:
        name = self.value()
        return str(name) if name in self.tabs else next(iter(self.tabs))

    def queryset(self, request, queryset):
        return queryset.filter(self.tabs[self.chosen].condition)


@dataclass(frozen=True)
class CountedTab:
    """A tab as it stands above its list: `count` is of the rows that `url` leads to."""

    label: str | LazyText
    count: int
    count_in_words: str
    url: str
    is_here: bool


class SearchForm(ChangeListSearchForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = SearchField(required=False)


class SilentChangeList(ChangeList):
    """Narrowed by its filters, its date hierarchy and exact keys alone."""

    search_form_class = SearchForm
    query: str
    result_list: list[Any]

    def get_filters(self, request):
        try:
            found = super().get_filters(request)
        except (ValueError, OverflowError) as error:
            # A year of the hierarchy after which there is none.
            raise IncorrectLookupParameters from error
        # What no filter has taken for its own.
        self.exact_lookups = found[2]
        for asked in self.exact_lookups:
            if asked not in self._permitted():
                raise DisallowedModelAdminLookup(f"Filtering by {asked} not allowed")
        return found

    def _permitted(self):
        key = self.opts.pk.name
        permitted = {"pk", "pk__exact", key, f"{key}__exact", *self.model_admin.exact_keys}
        # Its year, month and day have become bounds by now.
        if day := self.date_hierarchy:
            permitted |= {f"{day}__gte", f"{day}__lt"}
        return permitted

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        # A search that was refused has found nothing, rather than everything; its words stay.
        asked = request.GET.get(SEARCH_VAR, "").strip()
        if self.query or not asked:
            return rows
        self.query = FORBIDDEN.sub(" ", asked)
        return rows.none()

    def _count_tabs(self, request: HttpRequest) -> list[CountedTab]:
        """The tabs with their counts under the other filters; none keeps the search.

        A word that many rows have would have to be looked for anew for each of the tabs.
        """
        if self.tab_filter is None:
            return []
        rows, here = self._rows_of_all_tabs(request), self.tab_filter.chosen
        parts = {name: rows.filter(tab.condition) for name, tab in self.tab_filter.tabs.items()}
        if not self.query:
            del parts[here]  # The list itself has counted it, and further.
        counts = counted(parts)
        words = {name: count_in_words(count) for name, count in counts.items()}
        counts = {here: self.result_count} | counts
        words = {here: self.paginator.count_in_words} | words
        return [
            CountedTab(
                label=tab.label,
                count=counts[name],
                count_in_words=words[name],
                url=self.get_query_string({TAB_VAR: name}, remove=[SEARCH_VAR]),
                is_here=name == here,
            )
            for name, tab in self.tab_filter.tabs.items()
        ]

    def _rows_of_all_tabs(self, request: HttpRequest) -> QuerySet:
        rows = self.root_queryset
        for spec in self.filter_specs:
            if spec is not self.tab_filter:
                # A filter that does not narrow may answer with nothing.
                narrowed = spec.queryset(request, rows)
                rows = rows if narrowed is None else narrowed
        return rows.filter(build_q_object_from_lookup_parameters(self.exact_lookups))

    @cached_property
    def tab_filter(self) -> TabFilter | None:
        return next((spec for spec in self.filter_specs if isinstance(spec, TabFilter)), None)

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter other than the tab leaves rows out."""
        return bool(self.query or self.get_filters_params().keys() - {TAB_VAR})

    @property
    def show_all_url(self) -> str:
        """Where all rows are shown; "" if they are here."""
        if self.tab_filter is None:
            return "?" if self.is_narrowed else ""
        is_all = self.tab_filter.chosen == ALL_TAB and not self.is_narrowed
        return "" if is_all else f"?{TAB_VAR}={ALL_TAB}"

    @property
    def has_rows_elsewhere(self) -> bool:
        """Whether an empty list may be so only because it shows a part."""
        return self.is_narrowed or any(tab.count for tab in self.tabs)

    def get_results(self, request):
        self._get_page(request)
        self.result_list = list(self.result_list)
        self.model_admin.fetch_for_rows(self.result_list)
        self.tabs = self._count_tabs(request)

    def url_for_result(self, result):
        return address(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", result.pk)

    def _get_page(self, request):
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            # The page has gone with the rows that were on it.
            self.page_num = 1
            super().get_results(request)


class UnreadChangeList(SilentChangeList):
    """A list of which order and conditions are asked, and no page of rows."""

    def get_results(self, request):
        pass


class SilentAdmin(ModelAdmin):
    """What every list at the staff desk stands on."""

    paginator = CountedPaginator
    # Lookups beside the filters, for links of our own: exact keys of columns that are shown.
    exact_keys: tuple[str, ...] = ()

    def tabs(self, request: HttpRequest) -> dict[str, Tab]:
        """The parts of the list by name, the one to begin with first, among them "all".

        A list that has any names TabFilter among its filters.
        """
        return {}

    def fetch_for_rows(self, things: list) -> None:
        """Fetch what the cells of a page of the list ask of its rows, for all of them at once."""

    def lookup_allowed(self, lookup, value, request):
        """Whether a filter can have meant it, before any of them asks the database."""
        names = ["pk", self.opts.pk.name, *map(_name, self.get_list_filter(request))]
        if self.date_hierarchy:
            names.append(self.date_hierarchy)
        return lookup in {name + way for name in names for way in WAYS} | {*self.exact_keys}

    def get_changelist(self, request, **kwargs):
        is_unread = getattr(request, "is_list_unread", False)
        return UnreadChangeList if is_unread else SilentChangeList

    def rows_in_order(self, request: HttpRequest, narrowed: str) -> QuerySet:
        """The rows of the list that this query string shows to the person, unread.

        Raises BadRequest where the list cannot be narrowed so.
        """
        asked: Any = copy(request)
        asked.GET, asked.is_list_unread = QueryDict(narrowed), True
        try:
            return self.get_changelist_instance(asked).queryset
        except DisallowedModelAdminLookup as error:
            raise BadRequest("This list has no such filter.") from error

    def changelist_view(self, request, extra_context=None):
        """An unknown parameter is of an old bookmark as often as of an attack: the question is
        refused (400), and is no error in the log."""
        try:
            return super().changelist_view(request, extra_context)
        except DisallowedModelAdminLookup as error:
            raise BadRequest("This list has no such filter.") from error

    def get_changelist_instance(self, request):
        """Nonsense in the address is refused; Django would lead to the whole list."""
        # What was typed into the search is refused on the page itself.
        narrowing = [each for each in request.GET.lists() if each[0] != SEARCH_VAR]
        if any("\0" in text for name, values in narrowing for text in (name, *values)):
            # No column holds it, and the database's driver fails at it.
            raise BadRequest("A character that nothing here can hold.")
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, DataError, OverflowError) as error:
            raise BadRequest("This list cannot be narrowed so.") from error


def _name(list_filter: Any) -> str:
    """What the parameters of a filter begin with."""
    if isinstance(list_filter, str):
        return list_filter
    return list_filter[0] if isinstance(list_filter, tuple) else list_filter.parameter_name
