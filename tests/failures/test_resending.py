"""A form that could not be taken is given back with a button that sends it again."""

from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from huadu_portal.database_waits import MONITOR
from huadu_portal.notifications import views

PREFERENCES = "/notifications/preferences/"
SENT = {"opinion": '第一行\n第二行 <b>"&', "topic": ["a", "b"]}
NOT_KEPT = "您刚才填写的内容未能保留在本页"


@pytest.fixture
def away(monkeypatch):
    monkeypatch.setattr(MONITOR, "is_away", True)


class Forms(HTMLParser):
    """The forms of a page: of each its attributes and the fields in it."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "form":
            self.forms.append((dict(attrs), []))
        elif tag == "input" and self.forms:
            self.forms[-1][1].append(dict(attrs))


def forms_of(answer):
    """None or one is on a page of ours that says it could not be taken."""
    assert answer.status_code == 503
    return Forms(answer.text).forms


def values(fields, kind="hidden"):
    return [(it["name"], it.get("value", "")) for it in fields if it["type"] == kind]


class TestRefusedUnread:
    pytestmark = pytest.mark.usefixtures("away")

    @pytest.mark.parametrize("multipart", [True, False])
    def test_the_page_sends_the_same_again(self, client, multipart):
        address = "/projects/1/?next=%2F&page=2"
        if multipart:
            answer = client.post(address, SENT)
        else:
            body = "opinion=%E7%AC%AC+%3Cb%3E&topic=a&topic=b"
            kind = "application/x-www-form-urlencoded"
            answer = client.post(address, body, content_type=kind)

        [(form, fields)] = forms_of(answer)
        opinion = SENT["opinion"] if multipart else "第 <b>"
        assert (form["action"], form["method"]) == (address, "post")
        assert values(fields) == [("opinion", opinion), ("topic", "a"), ("topic", "b")]
        assert NOT_KEPT not in answer.text

    def test_no_cache_keeps_it(self, client):
        assert "no-store" in client.post("/projects/1/", SENT).headers["Cache-Control"]

    def test_files_are_to_be_chosen_again(self, client):
        files = [SimpleUploadedFile("章程.pdf", b"x"), SimpleUploadedFile("附件.pdf", b"y")]

        answer = client.post("/projects/1/", {**SENT, "files": files})

        [(form, fields)] = forms_of(answer)
        assert values(fields, "file") == [("files", "")]
        assert "multiple" in fields[-1]
        assert "章程.pdf、附件.pdf" in answer.text
        assert form["enctype"] == "multipart/form-data"

    @pytest.mark.parametrize(
        ("address", "fields"),
        [
            ("/accounts/login/", {"login": "alice", "code": "1"}),
            ("/admin/login/", {"username": "alice"}),
            ("/admin/accounts/user/add/", {"username": "x", "password1": "secret"}),
        ],
    )
    def test_nothing_secret_is_given_back(self, client, address, fields):
        answer = client.post(address, fields)

        assert forms_of(answer) == []
        assert NOT_KEPT in answer.text
        assert "alice" not in answer.text

    def test_what_is_too_large_to_be_read_is_not_kept(self, client, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        answer = client.post("/projects/1/", {"opinion": "x" * 101})

        assert forms_of(answer) == []
        assert NOT_KEPT in answer.text

    @pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data"])
    def test_nor_what_cannot_be_read(self, client, kind):
        answer = client.post("/projects/1/", b"--x\r\n", content_type=kind)

        assert forms_of(answer) == []

    def test_a_foreign_address_is_never_its_aim(self, client):
        answer = client.post("/", SENT, PATH_INFO="//elsewhere.example/")

        [(form, _)] = forms_of(answer)
        assert form["action"] == "/%2Felsewhere.example/"

    def test_a_page_that_was_only_read_is_to_be_reloaded(self, client):
        answer = client.get("/projects/1/")

        assert forms_of(answer) == []
        assert "请刷新本页" in answer.text
        assert NOT_KEPT not in answer.text


class TestFailedLater:
    """The view was reached, and has read the form."""

    @pytest.fixture
    def client(self, alice):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(alice)
        return client

    def test_the_form_it_gives_back_is_taken_once_all_is_well(self, client, monkeypatch):
        page = client.get(PREFERENCES).text
        form = next(fields for form, fields in Forms(page).forms if "action" not in form)
        brought = {it["name"]: it["value"] for it in form if it["type"] == "hidden"}
        with monkeypatch.context() as patched:
            patched.setattr(views, "redirect", fail)
            refused = client.post("/notifications/read-all/", brought)

        [(again, fields)] = forms_of(refused)
        answer = client.post(again["action"], dict(values(fields)))

        assert "csrfmiddlewaretoken" in dict(values(fields))
        assert answer.status_code == 302


def fail(*args, **kwargs):
    raise OperationalError
