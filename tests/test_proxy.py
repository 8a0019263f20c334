"""What the documented nginx takes in, and what it says where the portal has no word."""

import http.client
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import requests
from django.conf import settings
from django.forms import FileField
from django.urls import reverse

from approvals.items.rights import ITEM_ACTS
from deploy.embedded import ports
from huadu_portal.public.forms import PaperFileForm
from tests import proxy

MEGABYTE = 1024 * 1024
# Four files of the largest size and the words around them; and one more.
UPLOAD, TOO_MUCH = 4 * settings.UPLOAD_MAX_BYTES + MEGABYTE, 5 * settings.UPLOAD_MAX_BYTES
PK = UUID(int=1)
ACTS = [
    name
    for name, act in ITEM_ACTS.items()
    if any(isinstance(field, FileField) for field in act.form.base_fields.values())
]


class Portal(BaseHTTPRequestHandler):
    """Stands in for it: answers once it has read the whole request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow/":
            self.server.ended.wait(30)
        status = 503 if self.path == "/busy/" else 200
        self.answer(status)

    def do_POST(self):
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, MEGABYTE)))
        self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"ours")

    def log_message(self, *args):
        pass


@pytest.fixture
def portal():
    server = ThreadingHTTPServer((ports.HOST, 0), Portal)
    server.daemon_threads = True
    server.ended = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def nginx(portal, tmp_path):
    with proxy.documented(tmp_path, web=portal) as address:
        yield address


@pytest.fixture
def alone(tmp_path):
    """The portal is away."""
    with proxy.documented(tmp_path, web=ports.draw()) as address:
        yield address


def announce(nginx, address, size):
    """The status of a request that says how large it is, and sends nothing."""
    connection = http.client.HTTPConnection(urlsplit(nginx).netloc, timeout=10)
    connection.putrequest("POST", address)
    connection.putheader("Content-Length", str(size))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    answer = connection.sock.recv(65536)
    connection.close()
    return int(answer.split()[1])


def addresses():
    """Where people and programs hand in files."""
    named = [
        ("projects:upload", [PK]),
        ("projects:chosen", []),
        ("approvals:add_material", []),
        ("approvals:renew_material", [PK]),
        ("approvals:project_materials_upload", [PK, "YYZZ"]),
        ("approvals:joint_cases", [PK]),
        ("approvals:register_land", [PK]),
        ("approvals:commitment", [PK, PK]),
        ("admin:approvals_approvalitem_act", [PK, "deliver"]),
        ("admin:approvals_jointcase_act", [PK, "register_land"]),
        ("document-list", []),
        *((f"approvals:{act}", [PK]) for act in ACTS),
    ]
    return [reverse(name, args=args) for name, args in named]


OTHERS = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/lookup/",
    "/enterprise/register/",
    f"/apply/{PK}/site/save/",
    f"/apply/{PK}/materials/",
    "/api/v1/applications/",
    "/api/v1/auth/token/",
    f"/api/v1/approval-items/{PK}/accept/",
    "/admin/workdays/publishedyear/2026/edit/",
]


class TestSize:
    @pytest.mark.parametrize("address", addresses())
    def test_of_files_is_taken_where_they_are_handed_in(self, nginx, address):
        assert announce(nginx, address, UPLOAD) == 100
        assert announce(nginx, address, TOO_MUCH) == 413

    @pytest.mark.parametrize("address", OTHERS)
    def test_is_small_everywhere_else(self, nginx, address):
        assert announce(nginx, address, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) == 100
        assert announce(nginx, address, 7 * MEGABYTE) == 413

    def test_of_a_paper_that_is_compared_is_what_its_page_takes(self, nginx):
        assert announce(nginx, "/verify/", PaperFileForm.MAX_BYTES + MEGABYTE) == 100
        assert announce(nginx, "/verify/", 13 * MEGABYTE) == 413

    def test_that_is_taken_arrives(self, nginx):
        address = f"{nginx}{reverse('projects:upload', args=[PK])}"

        assert requests.post(address, data=b"x" * 7 * MEGABYTE, timeout=30).text == "ours"


class TestOwnWords:
    """In Chinese and English, to programs as a problem document."""

    def refused(self, nginx, address):
        return requests.post(f"{nginx}{address}", data=b"x" * 7 * MEGABYTE, timeout=30)

    def test_of_what_is_too_large(self, nginx):
        answer = self.refused(nginx, "/accounts/login/")

        assert answer.status_code == 413
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "提交的内容过大" in answer.text
        assert "exceed the maximum size" in answer.text
        assert "<style>" in answer.text
        assert "Retry-After" not in answer.headers

    def test_to_a_program(self, nginx):
        answer = self.refused(nginx, "/api/v1/applications/")

        assert (answer.status_code, answer.json()["status"]) == (413, 413)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert "提交的内容" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("address", "kind"),
        [("/lookup/", "text/html"), ("/api/v1/x/", "application/problem+json")],
    )
    def test_of_a_portal_that_is_away(self, alone, address, kind):
        answer = requests.get(f"{alone}{address}", timeout=30)

        assert answer.status_code == 502
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["Retry-After"] == "10"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "系统正在维护或繁忙" in answer.text
        assert "maintenance or busy" in answer.text
        assert ("<style>" in answer.text) is (kind == "text/html")

    def test_of_a_portal_that_says_nothing(self, nginx):
        answer = requests.get(f"{nginx}/slow/", timeout=30)

        assert answer.status_code == 504
        assert "系统正在维护或繁忙" in answer.text

    def test_do_not_take_the_place_of_the_portals(self, nginx):
        answer = requests.get(f"{nginx}/busy/", timeout=30)

        assert (answer.status_code, answer.text) == (503, "ours")

    def test_cannot_be_asked_for(self, nginx):
        assert requests.get(f"{nginx}/errors/413.html", timeout=30).status_code == 404


@pytest.mark.parametrize("page", ["413.html", "unavailable.html"])
def test_pages_stand_alone(page):
    """Nothing else can be fetched while the portal is away."""
    text = (settings.BASE_DIR / "docs/errors" / page).read_text()

    assert re.findall(r'(?:src|href)="([^"]*)"', text) == ["/"]
    assert '<html lang="zh-CN">' in text
    assert 'lang="en"' in text
