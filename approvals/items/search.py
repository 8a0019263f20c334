"""How lists of items are searched: by number, project, enterprise or approval."""

from uuid import UUID

from django.db.models import Q, QuerySet

from approvals.catalogue.models import ApprovalType
from projects.models import Project
from projects.search import COLUMNS, mentioning

# More projects than this are not looked up first: so many items have the word that a list
# has its page soon without.
FEW = 500


def found(items: QuerySet, text: str) -> QuerySet:
    """Those that have each of the words.

    Projects and types that have a word are looked up first: they are few beside the items,
    which are then found by index and not read one after the other.
    """
    for word in text.split():
        items = items.filter(_having(word))
    return items


def _having(word: str) -> Q:
    types = _keys(ApprovalType.objects.filter(mentioning(word, "name", "code")))
    here = Q(number__startswith=word.upper()) | Q(approval_type__in=types)
    projects = _keys(Project.objects.filter(mentioning(word, *COLUMNS)))
    if len(projects) > FEW:
        return here | mentioning(word, *(f"project__{column}" for column in COLUMNS))
    return here | Q(project__in=projects)


def _keys(rows: QuerySet) -> list[UUID]:
    return list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
