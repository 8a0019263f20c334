"""Runs the suite, prints a table, writes bench/results/<date>.json."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huadu_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import include, path  # noqa: E402

from approvals import operations  # noqa: E402
from approvals.models import ApprovalItem  # noqa: E402
from bench import raw, volume  # noqa: E402
from huadu_portal.clock import now  # noqa: E402
from huadu_portal.notifications import tasks  # noqa: E402

MONDAY = datetime(2025, 3, 3, 9, 30, tzinfo=volume.ZONE)
NEAR = datetime(2025, 3, 12, 10, 0, tzinfo=volume.ZONE)
ROUNDS = {"small": 15, "full": 40}
SWEPT = {"small": 300, "full": 3_000}


def raw_list(request):
    """The worklist by a bare cursor, through the same server and middleware."""
    rows = raw.worklist(request.GET["department"])
    return JsonResponse([[str(value) for value in row] for row in rows], safe=False)


urlpatterns = [path("raw/", raw_list), path("", include("huadu_portal.urls"))]


def timed(job, *args) -> float:
    begun = perf_counter()
    job(*args)
    return perf_counter() - begun


def taking_on(cast, rounds):
    ours, theirs = [], []
    for _ in range(rounds):
        application = cast.application(MONDAY)
        ours.append(timed(cast.take_on, application, MONDAY))
        project = application.project
        copy = raw.Copy(project.pk, project.items.values_list("pk", flat=True))
        theirs.append(timed(raw.write, copy.renamed()))
    return ours, theirs


def one_act(cast, rounds):
    ours, theirs = [], []
    for _ in range(rounds):
        item, other = cast.submitted_item(MONDAY), cast.submitted_item(MONDAY)
        begun = perf_counter()
        operations.accept(item, by=cast.officer, at=MONDAY, version=item.version)
        ours.append(perf_counter() - begun)
        written = raw.Copy(item.project_id, [item.pk]).rows
        names, rows = written["approvals_itemevent"]
        event = (names, [_of_item(rows[-1], names, other)])
        notices = _notices(written)
        theirs.append(timed(raw.accept, other, event, notices))
    return ours, theirs


def _of_item(row, names, item):
    place = names.index("item_id")
    return [*row[:place], item.pk, *row[place + 1 :]]


def _notices(written):
    """The notices of the last act, under keys of their own."""
    copy = raw.Copy.__new__(raw.Copy)
    copy.rows = written
    renamed = copy.renamed()
    tables = ("notifications_notification", "notifications_delivery")
    return [(table, (renamed[table][0], renamed[table][1][-2:])) for table in tables]


def worklist(cast, rounds):
    client = Client()
    client.force_login(cast.officer)
    department = cast.planning
    addresses = [
        f"/api/v1/approval-items/?department={department.code}&ordering=due_on",
        f"/raw/?department={department.pk}",
    ]
    times = [[], []]
    for _ in range(rounds + 2):
        for address, found in zip(addresses, times, strict=True):
            begun = perf_counter()
            response = client.get(address)
            found.append(perf_counter() - begun)
            if response.status_code != 200:
                raise SystemExit(f"{address}: {response.status_code} {response.content[:300]}")
    # The first two warm the caches.
    return times[0][2:], times[1][2:]


def sweep(cast, count):
    people = [cast.officer.pk, cast.agent.user_id]
    ours, theirs = [], []
    for _ in range(3):
        for job, found in [
            (lambda: operations.remind(NEAR), ours),
            (lambda: raw.sweep(NEAR, people), theirs),
        ]:
            _make_due(cast, count)
            found.append(timed(job))
            _forget()
    return ours, theirs


def _make_due(cast, count):
    due = ApprovalItem.objects.filter(status="accepted", department=cast.planning)
    picked = due.order_by("pk").values("pk")[:count]
    ApprovalItem.objects.filter(pk__in=picked).update(
        next_rung_at=NEAR,
        officer=cast.officer,
        near_on=NEAR.date(),
        due_on=datetime(2025, 3, 14).date(),
        statutory_due_on=datetime(2025, 3, 31).date(),
    )


def _forget():
    """So that the next round writes the same rows again."""
    ApprovalItem.objects.filter(next_rung_at__isnull=False).update(next_rung_at=None)
    with raw.connection.cursor() as cursor:
        cursor.execute("DELETE FROM approvals_reminder")
        cursor.execute("DELETE FROM notifications_delivery")
        cursor.execute("DELETE FROM notifications_notification")


def main() -> None:
    scale = os.environ.get("SCALE") or "small"
    if scale not in ROUNDS:
        sys.exit(f"SCALE must be small or full, not {scale!r}.")
    tasks.doorbell = lambda: None
    call_command("migrate", verbosity=0)
    cast = volume.Cast()
    volume.fill(cast, volume.PROJECTS[scale], MONDAY)
    with override_settings(ROOT_URLCONF="bench.__main__", ALLOWED_HOSTS=["testserver"]):
        rounds = ROUNDS[scale]
        figures = {
            "take on an application with 38 items": taking_on(cast, rounds),
            "one act (accept)": one_act(cast, rounds),
            "worklist by API, page 1": worklist(cast, rounds * 2),
            f"sweep, {SWEPT[scale]} items due": sweep(cast, SWEPT[scale]),
        }
    report(scale, figures)


def report(scale, figures) -> None:
    out = sys.stdout
    print(f"{'job':40} {'ours ms':>9} {'raw ms':>9} {'share of raw':>13}", file=out)
    results = {}
    for job, (ours, theirs) in figures.items():
        mine, limit = median(ours) * 1000, median(theirs) * 1000
        results[job] = {"ours_ms": mine, "raw_ms": limit, "share": limit / mine}
        print(f"{job:40} {mine:9.2f} {limit:9.2f} {limit / mine:13.0%}", file=out)
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    file = folder / f"{now():%Y-%m-%d}.json"
    file.write_text(json.dumps({"scale": scale, "figures": results}, indent=2))
    print(f"written to {file.relative_to(Path.cwd())}", file=out)


if __name__ == "__main__":
    main()
