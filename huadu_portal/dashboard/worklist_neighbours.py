"""Previous and next for a page that was opened from what is due to the person (worklist.py)."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from huadu_portal.accounts.models import User
from huadu_portal.counts import count_in_words, counted
from huadu_portal.dashboard.worklist import (
    OPINIONS_AT_MOST,
    TaskKind,
    TaskPlace,
    behind,
    opinions_due,
    parts_of,
    pre_reviews_of,
    united,
    url_of_task,
)
from huadu_portal.ui.neighbours import DUE, Neighbours


def neighbours_in_worklist(request: HttpRequest) -> Neighbours | None:
    """What stands before and after the task whose place the address names, in the list of the
    start page; None where it names none. A place stays where it was once its task is done."""
    place = TaskPlace.parse(request.GET.get(DUE, ""))
    if place is None or not request.user.is_authenticated:
        return None
    tasks, before, total = _around(request.user, place)
    further = [task for task in tasks if task[0] > place]
    ahead = [task for task in tasks if task[0] < place]
    is_here = len(further) + len(ahead) < len(tasks)
    return Neighbours(
        previous=_page_of(max(ahead, default=None)),
        next=_page_of(min(further, default=None)),
        position=before + 1 if is_here else None,
        total=count_in_words(total),
        list_url=f"{reverse('admin:index')}#worklist",
    )


# A task by its place, its kind and the item or application that it is for.
Near = tuple[TaskPlace, str, UUID]


def _page_of(task: Near | None) -> str:
    if task is None:
        return ""
    place, kind, thing = task
    return f"{url_of_task(kind, place.key, thing)}?{DUE}={place}"


def _around(user: User, place: TaskPlace) -> tuple[list[Near], int, int]:
    """The tasks nearest to a place, of each kind; how many there are before it, and in all.

    Two statements, both of which stop: the one reads three rows of each kind, the other counts up
    to AT_MOST of each. Opinions in pre-review are read all, as for the list.
    """
    parts = {str(n): part for n, part in enumerate(parts_of(user))}
    near = [behind(part, place).order_by("on", "key")[:1] for part in parts.values()]
    near += [_before(part, place).order_by("-on", "-key")[:1] for part in parts.values()]
    near += [part.filter(on=place.on, key=place.key) for part in parts.values()]
    near += [part.order_by("key")[:OPINIONS_AT_MOST] for part in pre_reviews_of(user)]
    found = united(near)
    opinions = {key for kind, _on, key, _thing in found if kind == TaskKind.PRE_REVIEW}
    due = opinions_due(opinions)
    tasks = [(TaskPlace(due.get(key, on), key), kind, thing) for kind, on, key, thing in found]
    counts = counted(parts | {f"before {n}": _before(part, place) for n, part in parts.items()})
    before = sum(count for name, count in counts.items() if name not in parts)
    before += sum(there < place for there, kind, _thing in tasks if kind == TaskKind.PRE_REVIEW)
    return tasks, before, sum(counts[name] for name in parts) + len(opinions)


def _before(part: QuerySet, place: TaskPlace) -> QuerySet:
    return part.filter(Q(on__lt=place.on) | Q(key__lt=place.key), on__lte=place.on)
