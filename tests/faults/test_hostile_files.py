"""Files made to stop whoever opens them: twenty at once, while other people go on."""

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest
import requests

from deploy.embedded.processes import Service
from huadu_portal.sandbox.jobs.pdfs import MAX_OBJECTS
from projects import files
from projects.models import Document, MaterialKind, Preview
from projects.operations import previews, start_application
from tests.conftest import PDF
from tests.faults.meanwhile import Meanwhile
from tests.faults.portal import tree
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually
from tests.projects import hostile

MB = 1024 * 1024
# Of one process of the web: without anybody in it it takes 140.
MOST_OF_WEB = 250 * MB
# A limit of address space is one of memory too.
MOST_OF_SANDBOX = max(files.LIMITS.memory, previews.LIMITS.memory)
# The machine may be busy with other things; what it took is printed.
PATIENCE = 30  # seconds
RENDER = "projects.tasks.render_previews"
State = Preview.State


class Watch(Meanwhile):
    """Looks at our processes and asks whether the portal answers, as long as it lasts."""

    def __init__(self, portal, *services: Service) -> None:
        self.portal, self.services = portal, services
        self.most, self.slowest, self.unanswered = defaultdict(int), 0.0, 0
        self.acts = [self._weigh, self._ask]

    def __exit__(self, *error) -> None:
        super().__exit__(*error)
        said = {name: f"{size // MB} MB" for name, size in self.most.items()}
        print(f"\nhealthz at most {self.slowest:.2f} s; memory of a process at most {said}")

    def _weigh(self) -> None:
        while self.is_on:
            for service in self.services:
                # One may end while we look.
                with suppress(psutil.NoSuchProcess):
                    for process in tree(service):
                        self._note(service.name, process)
            self.pause(0.02)

    def _note(self, name: str, process: psutil.Process) -> None:
        with suppress(psutil.NoSuchProcess):
            is_inside = any("sandbox/server.py" in word for word in process.cmdline())
            kind = "sandbox" if is_inside else name
            self.most[kind] = max(self.most[kind], process.memory_info().rss)

    def _ask(self) -> None:
        while self.is_on:
            begun = time.monotonic()
            try:
                Visitor(self.portal).get("/healthz", within=PATIENCE).raise_for_status()
            except requests.RequestException:
                self.unanswered += 1
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.pause(0.1)


@pytest.fixture
def draft(portal, firm, alice):
    return start_application(firm, by=alice, at=portal.clock.now())


@pytest.fixture
def licence(catalogue):
    return MaterialKind.objects.get(name="营业执照")


def send(visitor, draft, kind, name, content) -> int:
    """As the browser's script does; the status that it is told."""
    visitor.session.headers["Accept"] = "application/json"
    answer = visitor.post(
        f"/apply/{draft.pk}/materials/upload/",
        files={"upload": (name, content)},
        kind=kind.code,
    )
    return answer.status_code


def test_twenty_at_once_are_refused_while_the_pages_go_on(portal, draft, alice, licence):
    web = portal.start_web()
    # More than are counted, so that it is refused however quick the machine is.
    endless = hostile.many_objects(count=2 * MAX_OBJECTS)
    packed = hostile.large_png(depth=16, colour=6)
    visitors = [Visitor(portal, alice) for _ in range(20)]
    for visitor in visitors:
        visitor.get("/")

    with Watch(portal, web) as watch, ThreadPoolExecutor(20) as pool:
        sent = [
            pool.submit(send, visitor, draft, licence, *file)
            for n, visitor in enumerate(visitors)
            for file in [[("x.pdf", endless), ("x.png", packed)][n % 4 == 0]]
        ]
        statuses = [each.result() for each in sent]

    # Read and refused, or sent away for the moment; nobody was kept waiting for ever.
    assert set(statuses) <= {400, 503}
    assert watch.unanswered == 0
    assert watch.most["web"] < MOST_OF_WEB
    assert watch.most["sandbox"] < MOST_OF_SANDBOX
    assert not Document.objects.exists()
    # And afterwards all is as before.
    assert send(visitors[0], draft, licence, "执照.pdf", PDF) == 200


def test_what_cannot_be_shown_holds_up_no_preview(portal, draft, alice, licence, wei, firm):
    web, worker = portal.start_web(), portal.start_worker("previews")
    visitor, window = Visitor(portal, alice), Visitor(portal, wei)
    visitor.get(f"/apply/{draft.pk}/materials/")
    bombs = [hostile.nested_forms(), hostile.content_bomb()]
    with Watch(portal, web, worker) as watch:
        for n, bomb in enumerate(bombs):
            assert send(visitor, draft, licence, f"{n}.pdf", bomb) == 200
        assert send(visitor, draft, licence, "执照.pdf", PDF) == 200
        sound = Document.objects.get(filename="执照.pdf")
        # The page says so at once, and whoever looks for it has it first.
        Document.objects.update(application=None, source="vault")
        page = f"/admin/projects/enterprise/{firm.pk}/"
        part = f"{page}documents/{sound.pk}/preview/"
        assert window.get(part).status_code == 200
        portal.ring(RENDER, "previews")
        eventually(Preview.objects.filter(document=sound, state=State.READY).exists)
        while Preview.objects.filter(state=State.WAITING).exists():
            portal.let_pass(minutes=3)
            portal.ring(RENDER, "previews")
            eventually(lambda: not Preview.objects.due(portal.clock.now()).exists())
        assert "preview.png" in window.get(part).text

    assert Preview.objects.filter(state=State.FAILED).count() == len(bombs)
    assert watch.unanswered == 0
    assert watch.most["web"] < MOST_OF_WEB
    assert watch.most["sandbox"] < MOST_OF_SANDBOX
    assert worker.alive
