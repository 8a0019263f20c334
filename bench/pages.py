"""The main pages, each rendered in process by the whole server and middleware.

Beside each stands a page of nothing but fifty rows of plain SQL (`bench/lists.py:raw_list`),
asked in turn with it by the same person. The client is Django's: no network, no browser.
"""

from collections.abc import Iterator
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import ApprovalItem
from bench.jobs import Times
from bench.volume import Cast
from huadu_portal.accounts.models import User
from huadu_portal.escalation.models import EscalationPolicy
from projects.models import Project

# Rendered before anything is counted: templates, addresses and catalogues are read once.
WARM_UP = 2


def at_desk(model: str, page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model}_{page}", args=args)


def addresses(cast: Cast) -> dict[str, tuple[User, str]]:
    """Who looks at which page."""
    item = ApprovalItem.objects.filter(department=cast.planning).order_by("pk").first()
    return _of_firm(cast, item) | _of_dashboard(cast) | _of_items(cast, item) | _of_rest(cast)


def _of_firm(cast: Cast, item: ApprovalItem) -> dict[str, tuple[User, str]]:
    project = Project.objects.order_by("pk").first()
    return {
        "home": (cast.owner, reverse("home")),
        "catalogue": (cast.owner, reverse("catalogue")),
        "a firm's project": (cast.owner, project.get_absolute_url()),
        "a firm's item": (cast.owner, item.get_absolute_url()),
        "inbox": (cast.owner, reverse("notifications:inbox")),
    }


def _of_dashboard(cast: Cast) -> dict[str, tuple[User, str]]:
    return {
        "dashboard": (cast.leader, reverse("dashboard:dashboard")),
        "rows behind a figure": (cast.leader, reverse("dashboard:rows") + "?of=in_hand"),
    }


def _of_items(cast: Cast, item: ApprovalItem) -> dict[str, tuple[User, str]]:
    """The desk's start page, and applications and items there."""
    items = at_desk("approvals_approvalitem")
    return {
        "desk: today": (cast.officer, reverse("admin:index")),
        "desk: applications": (cast.window, at_desk("projects_application")),
        "desk: items of a department": (cast.officer, items),
        "desk: all items": (cast.window, items),
        "desk: items, searched": (cast.window, items + "?tab=all&q=基准"),
        "desk: items that missed a limit": (cast.window, items + "?tab=all&breach=promised"),
        "desk: an item": (cast.officer, at_desk("approvals_approvalitem", "change", item.pk)),
    }


def _of_rest(cast: Cast) -> dict[str, tuple[User, str]]:
    """Projects, supervision and operation at the desk."""
    ladder = EscalationPolicy.objects.current().get(course="review", department=None, grade="")
    policy = "escalation_escalationpolicy"
    return {
        "desk: projects": (cast.window, at_desk("projects_project")),
        "desk: reminders": (cast.window, at_desk("escalation_reminder")),
        "desk: cards": (cast.window, at_desk("approvals_card")),
        "desk: scoreboard": (cast.window, reverse("admin:approvals_card_scoreboard")),
        "desk: a ladder": (cast.administrator, at_desk(policy, "change", ladder.pk)),
        "desk: a ladder, edited": (
            cast.administrator,
            reverse("admin:escalation_policy_edit", args=[ladder.pk]),
        ),
        "desk: orders": (cast.window, at_desk("approvals_supervisionorder")),
        "desk: status": (cast.administrator, reverse("admin:status")),
        "desk: outbox": (cast.administrator, at_desk("notifications_delivery")),
    }


def all_pages(cast: Cast, rounds: int) -> Iterator[tuple[str, Times, int, int]]:
    """Name, times of the page and of the bare one, statements and bytes of the page."""
    for name, (user, address) in addresses(cast).items():
        client = Client()
        client.force_login(user)
        ours, bare = [], []
        for n in range(rounds + WARM_UP):
            pair = timed(client, address), timed(client, "/raw/")
            if n >= WARM_UP:
                ours.append(pair[0])
                bare.append(pair[1])
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
        yield name, (ours, bare), len(asked), len(response.content)


def timed(client: Client, address: str) -> float:
    begun = perf_counter()
    response = client.get(address)
    took = perf_counter() - begun
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code} {response.content[:300]}")
    return took
