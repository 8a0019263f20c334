"""Words that lists are searched for."""

from django.db.models import Q

# Of a project, and of an application.
COLUMNS = ("number", "name", "enterprise__name")


def mentioning(text: str, *columns: str) -> Q:
    """Rows of which one of these columns has the text, whatever its capitals.

    Chinese has none, and to compare without them takes four times as long.
    """
    lookup = "contains" if text.upper() == text.lower() else "icontains"
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__{lookup}": text})
    return found
