"""Every file leaves by one way, and only as what it was when it came."""

import ast
import tracemalloc
from email.message import Message
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.urls import reverse

from huadu_portal import downloads
from huadu_portal.accounts.models import User
from tests.conftest import PDF, person, stock
from tests.test_visibility import world  # noqa: F401

ROOTS = ["huadu_portal", "projects", "approvals", "agents"]
THE_WAY = "huadu_portal/downloads.py"
# Bare answers that are no files: what a probe reads, the page when all else has failed, and
# what the API says of itself.
NO_FILES = {
    ("huadu_portal/rest/described.py", "get"),
    ("huadu_portal/monitoring/views.py", "healthz"),
    ("huadu_portal/failures/pages.py", "server_error"),
    ("huadu_portal/failures/pages.py", "unavailable"),
}
ANSWERS = {"FileResponse", "StreamingHttpResponse", "HttpResponse"}


def answers_made():
    """(file, function) of every bare answer that the portal's code makes."""
    for file in (file for root in ROOTS for file in settings.BASE_DIR.glob(f"{root}/**/*.py")):
        tree = ast.parse(file.read_text())
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                names = [
                    getattr(call.func, "id", getattr(call.func, "attr", ""))
                    for call in ast.walk(function)
                    if isinstance(call, ast.Call)
                ]
                if ANSWERS & set(names):
                    yield str(file.relative_to(settings.BASE_DIR)), function.name


def test_nothing_else_in_the_code_makes_a_file():
    made = set(answers_made())

    assert {each for each in made if each[0] != THE_WAY} == NO_FILES
    # Otherwise the test could not fail.
    assert {name for file, name in made if file == THE_WAY} == {"stored", "made"}


# ---- What a file is when it leaves --------------------------------------------------------


@pytest.fixture
def places(world, omar):  # noqa: F811
    """Where the same document, and a paper, are had; who asks there."""
    item, consultation = world["item"], world["consultation"]
    document, paper = world["document"], world["paper"]
    paper.refresh_from_db()
    return {
        "materials": ("alice", document, document.get_absolute_url()),
        "item": ("omar", document, reverse("approvals:document", args=[item.pk, document.pk])),
        "consultation": (
            "hedy",
            document,
            reverse("approvals:consultation_document", args=[consultation.pk, document.pk]),
        ),
        "api": ("alice", document, f"/api/v1/documents/{document.pk}/file/"),
        "paper": ("alice", paper, reverse("approvals:paper", args=[item.pk, paper.pk])),
        "paper by api": (
            "alice",
            paper,
            f"/api/v1/approval-items/{item.pk}/papers/{paper.pk}/",
        ),
    }


PLACES = ["materials", "item", "consultation", "api", "paper", "paper by api"]


@pytest.fixture
def ask(client, places):
    def ask(place):
        name, _row, address = places[place]
        reader = User.objects.filter(username=name).first() or person(
            name, User.Role.OFFICER, "housing"
        )
        client.force_login(reader)
        if place == "api":
            address = client.get(address.replace("/file/", "/download/")).json()["url"]
        return client.get(address)

    return ask


def change(row):
    """One byte, so that its size stays."""
    with open(row.file.path, "r+b") as stored:
        stored.seek(40)
        stored.write(b"!")


@pytest.mark.parametrize("place", PLACES)
class TestEveryPlace:
    def test_hands_out_what_came(self, place, places, ask):
        response = ask(place)

        assert response.status_code == 200
        assert sha256(response.getvalue()).hexdigest() == places[place][1].sha256

    def test_keeps_back_what_was_changed(self, place, places, ask, caplog):
        change(places[place][1])

        response = ask(place)

        assert response.status_code == 500
        assert "Content-Disposition" not in response
        assert not response.streaming
        assert "does not fit its digest" in caplog.text

    def test_keeps_back_what_is_gone(self, place, places, ask, caplog):
        Path(places[place][1].file.path).unlink()

        response = ask(place)

        assert response.status_code == 500
        assert "cannot be read" in caplog.text


def test_the_api_says_why_in_a_problem_document(places, ask):
    change(places["api"][1])

    response = ask("api")

    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 500


def test_the_page_leads_back_to_where_the_link_stood(client, alice, places):
    change(places["materials"][1])
    client.force_login(alice)

    answers = [
        client.get(places["materials"][2], headers={"Referer": before}).text
        for before in ("http://testserver/materials/?q=1", "https://elsewhere.example/x")
    ]

    assert 'href="http://testserver/materials/?q=1"' in answers[0]
    assert "elsewhere.example" not in answers[1]


def test_a_row_without_a_file_is_no_error_of_ours(client, alice, firm, item):
    row = stock(item, alice)[0]
    client.force_login(alice)

    assert "Content-Disposition" not in client.get(row.get_absolute_url())


class TestStored:
    def stored(self, content=PDF, **said):
        said = {"name": "x.pdf", "content_type": "application/pdf"} | said
        return downloads.stored(
            ContentFile(content), sha256=sha256(content).hexdigest(), **said
        )

    def test_what_others_sent_can_do_nothing_in_a_browser(self):
        headers = self.stored().headers

        assert headers["Content-Security-Policy"].startswith("sandbox;")
        assert headers["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize(
        "name", ["营业执照（副本）.pdf", 'a"b.pdf', "a\r\nX: 1.pdf", "../a.pdf", "a;b=c.pdf"]
    )
    def test_whatever_it_is_called_is_one_name_in_one_header(self, name):
        header = self.stored(name=name).headers["Content-Disposition"]

        message = Message()
        message["Content-Disposition"] = header
        assert message.get_filename() is not None
        assert "\n" not in header

    def test_a_large_one_is_read_in_pieces(self, tmp_path):
        large = tmp_path / "large"
        with large.open("wb") as file:
            file.truncate(64 * downloads.CHUNK)
        digest = sha256(large.read_bytes()).hexdigest()

        tracemalloc.start()
        with large.open("rb") as opened:
            downloads.intact(File(opened, name=str(large)), digest).close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert most < 8 * downloads.CHUNK
