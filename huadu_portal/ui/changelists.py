"""Lists at the staff desk: they answer questions about what they show, and no others.

Django lets an address filter a list by any column, shown or not: `?password__regex=^a` would
tell a password apart, letter by letter (docs/decisions/0028).
"""

from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.core.exceptions import BadRequest
from django.db import DataError
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from huadu_portal.counts import PAGED_AT_MOST, CountedPaginator
from huadu_portal.rest.filters import SearchField
from huadu_portal.rest.text import FORBIDDEN

# How the filters of Django and of the theme ask for their column.
WAYS = ["", "__exact", "__id__exact", "__isnull", "__gte", "__lt", "__year", "__month", "__day"]


class SearchForm(ChangeListSearchForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = SearchField(required=False)


class SilentChangeList(ChangeList):
    """Narrowed by its filters, its date hierarchy and exact keys alone."""

    search_form_class = SearchForm
    query: str

    def get_filters(self, request):
        try:
            found = super().get_filters(request)
        except (ValueError, OverflowError) as error:
            # A year of the hierarchy after which there is none.
            raise IncorrectLookupParameters from error
        # What no filter has taken for its own.
        for asked in found[2]:
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

    def get_results(self, request):
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            # The page has gone with the rows that were on it.
            self.page_num = 1
            super().get_results(request)
        if self.result_count > PAGED_AT_MOST:
            # The theme would tell the number again, above the list, as if it were the whole.
            self.full_result_count = self.result_count


class SilentAdmin(ModelAdmin):
    """What every list at the staff desk stands on."""

    paginator = CountedPaginator
    # Lookups beside the filters, for links of our own: exact keys of columns that are shown.
    exact_keys: tuple[str, ...] = ()

    def lookup_allowed(self, lookup, value, request):
        """Whether a filter can have meant it, before any of them asks the database."""
        names = ["pk", self.opts.pk.name, *map(_name, self.get_list_filter(request))]
        if self.date_hierarchy:
            names.append(self.date_hierarchy)
        return lookup in {name + way for name in names for way in WAYS} | {*self.exact_keys}

    def get_changelist(self, request, **kwargs):
        return SilentChangeList

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
