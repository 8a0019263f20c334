"""How many rows there are, up to a number beyond which nobody needs to know.

To count three million rows takes half a second, and a list asks for a dozen counts. A count
that stops costs what its limit costs, however many rows there are; where it has stopped, what is
shown says so ("999+", `count_in_words`).
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property

# Of a tab, a tile, a badge; and of a list that one can leaf through.
AT_MOST, PAGED_AT_MOST = 999, 4_999


def counted(rows: Mapping[str, QuerySet], at_most: int | None = AT_MOST) -> dict[str, int]:
    """The number of rows of each, in one statement; one more than `at_most` if there are more.

    None counts them all.
    """
    counts = dict.fromkeys(rows, 0)
    parts: dict[str, str] = {}
    params: list[Any] = []
    for name, rows_of_one in rows.items():
        # `rows` must not be sliced: the slice would apply twice.
        limited = rows_of_one.order_by().values("pk")[
            : None if at_most is None else at_most + 1
        ]
        try:
            sql, given = limited.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts[name] = f"(SELECT count(*) FROM ({sql}) AS counted)"
        params += given
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts.values())}", params)
            counts |= zip(parts, cursor.fetchone(), strict=True)
    return counts


def without_empty_queries(context: Mapping[str, Any]) -> dict[str, Any]:
    """A page's context in which lists known to be empty are not fetched.

    Of a dozen lists on a page most are empty: one statement says which.
    """
    lists = {name: each for name, each in context.items() if isinstance(each, QuerySet)}
    there = counted(lists, at_most=0)
    return {**context, **{name: lists[name].none() for name in lists if not there[name]}}


def count_in_words(count: int, at_most: int = AT_MOST) -> str:
    """ "999+" of a count that has stopped, otherwise the number."""
    return f"{number_format(at_most)}+" if count > at_most else number_format(count)


class CountedPaginator(Paginator):
    """Pages of a list, counted up to PAGED_AT_MOST rows; whoever looks for more narrows it."""

    object_list: QuerySet
    # Asked for by the theme's list.
    template_name = "admin/desk/pages.html"

    @cached_property
    def count(self) -> int:
        return counted({"all": self.object_list}, PAGED_AT_MOST)["all"]

    @property
    def count_in_words(self) -> str:
        return count_in_words(self.count, PAGED_AT_MOST)

    @cached_property
    def num_pages(self) -> int:
        """Not the page with the one row that only shows that there are more."""
        return max(1, -(-min(self.count, PAGED_AT_MOST) // self.per_page))
