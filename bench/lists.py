"""The worklist by API, beside a bare cursor through the same server and middleware."""

from collections.abc import Iterator
from datetime import date
from time import perf_counter
from urllib.parse import urlencode

from django.http import JsonResponse
from django.test import Client
from django.urls import include, path

from approvals.models import ApprovalItem
from bench import raw
from bench.jobs import Times
from bench.volume import Cast
from huadu_portal.rest.pages import SIGNER

API = "/api/v1/approval-items/"
PAGE = 50


def raw_list(request):
    """A department's first page, or any page of all items."""
    if "department" in request.GET:
        rows = raw.of_department(request.GET["department"])
    elif "after" in request.GET:
        day, pk = request.GET["after"].split(",")
        rows = raw.beyond(date.fromisoformat(day), pk)
    else:
        rows = raw.first_page()
    return JsonResponse([[str(value) for value in row] for row in rows], safe=False)


urlpatterns = [path("raw/", raw_list), path("", include("huadu_portal.urls"))]


def pages(cast: Cast, rounds: int) -> Iterator[tuple[str, Times]]:
    """The officer's own list; then, of all items, the first and the thousandth page."""
    own = {"department": cast.planning.code, "ordering": "due_on"}
    yield (
        "worklist of a department, page 1",
        visited(cast.officer, rounds, own, {"department": cast.planning.pk}),
    )
    yield "all items, page 1", visited(cast.window, rounds, {"ordering": "due_on"}, {})
    last = _last_of_page(999)
    cursor = SIGNER.sign_object(["due_on", False, str(last.due_on), str(last.pk)])
    yield (
        "all items, page 1,000",
        visited(
            cast.window,
            rounds,
            {"ordering": "due_on", "cursor": cursor},
            {"after": f"{last.due_on},{last.pk}"},
        ),
    )


def _last_of_page(number: int) -> ApprovalItem:
    dated = ApprovalItem.objects.filter(due_on__isnull=False)
    return dated.order_by("due_on", "pk")[number * PAGE - 1]


def visited(user, rounds: int, query: dict, limit: dict) -> Times:
    client = Client()
    client.force_login(user)
    addresses = [f"{API}?{urlencode(query)}", f"/raw/?{urlencode(limit)}"]
    times: Times = ([], [])
    # The first two warm the caches.
    for n in range(rounds + 2):
        for address, found in zip(addresses, times, strict=True):
            begun = perf_counter()
            response = client.get(address)
            found += [perf_counter() - begun] if n > 1 else []
            if response.status_code != 200:
                raise SystemExit(f"{address}: {response.status_code} {response.content[:300]}")
    return times
