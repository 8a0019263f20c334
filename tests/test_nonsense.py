"""Nonsense in an address, a form or its header is refused; it never breaks anything."""

import json
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse

from approvals.models import ApprovalItem
from huadu_portal.charset import Handler, Request
from huadu_portal.rest.text import SEARCHED_CHARACTERS, SEARCHED_WORDS
from tests import explorations
from tests.backoffice.test_silent_lists import columns
from tests.backoffice.test_staff_desk_admin import READERS, everybody, list_of  # noqa: F401

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
CHARSETS = ["gbk", "utf-7", "utf-16", "rot13", "hex", "idna", "klingon", "", '"a\'b"', "gbk\\"]
# As an address may hold them; %ED%A0%80 is half of a surrogate pair.
VALUES = [
    "%00",
    "%ED%A0%80",
    "%FF%FE",
    "(",
    "(a%2B)%2B%5C1$",
    "99999",
    "9" * 40,
    "9" * 5000,
    "-1",
    "1e999",
    "NaN",
    "0001-01-01",
    "9999-12-31",
    "99999-01-01",
    "2025-02-30",
    "%27%22%3B--",
    "a+" * 900,
    "x" * 5000,
]
PAGES = [
    *("/", "/lookup/", "/catalogue/", "/verify/", "/accounts/login/", "/projects/"),
    *("/materials/", "/notifications/", "/apply/", "/consultations/"),
]
API = [
    *("enterprises", "applications", "documents", "material-kinds", "projects"),
    *("service-agents", "approval-types", "departments", "approval-items", "joint-bundles"),
    *("joint-cases", "commitments", "consultations", "cards", "supervision-orders"),
    *("coordination-requests", "notifications"),
]
ASKED = [
    *("q", "page", "cursor", "page_size", "ordering", "status", "enterprise", "project"),
    *("department", "item", "since", "until", "due_before", "officer", "number", "lamp"),
    *("unread", "standing", "kind", "code", "validity", "created_at__year", "id__regex"),
]


@pytest.mark.django_db
class TestCharset:
    @pytest.fixture(autouse=True)
    def our_request(self, monkeypatch):
        monkeypatch.setattr("django.test.client.WSGIRequest", Request)

    @pytest.mark.parametrize("charset", CHARSETS)
    @pytest.mark.parametrize("form", [FORM, PARTS])
    def test_of_a_form_other_than_utf8_is_400(self, client, charset, form):
        response = client.generic(
            "POST", "/lookup/?q=1", b"number=a", f"{form}; charset={charset}"
        )

        assert response.status_code == 400
        assert "请求有误" in response.text

    @pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
    def test_utf8_is_read(self, client, charset):
        body = "number=花都&code_end=x".encode()

        response = client.generic("POST", "/lookup/", body, f"{FORM}; charset={charset}")

        assert response.status_code == 200
        assert "花都" in response.text

    def test_to_a_program_it_is_a_problem_document(self, client):
        response = client.generic("POST", "/api/v1/documents/", b"a=1", f"{PARTS}; charset=gbk")

        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"

    def test_of_json_says_nothing(self, client):
        response = client.generic(
            "POST", "/api/v1/auth/token/", b"{}", "application/json; charset=gbk"
        )

        assert response.json()["errors"].keys() == {"username", "password"}

    @pytest.mark.parametrize(
        "header",
        [
            'form-data; name="number"; charset=klingon',
            "form-data; name*=klingon''number",
            "form-data; name=\"file\"; filename*=klingon''a.pdf",
            "form-data; name=\"file\"; filename*=rot13''a.pdf",
            'form-data; name="\xff"',
        ],
    )
    def test_of_one_part_breaks_nothing(self, client, header):
        body = b"--x\r\nContent-Disposition: %s\r\n\r\na\r\n--x--\r\n" % header.encode(
            "latin-1"
        )

        assert client.generic("POST", "/lookup/", body, PARTS).status_code < 500


def environ(content_type, query="q=%C4%E3"):
    made = WSGIRequest({"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}).environ
    return made | {
        "PATH_INFO": "/lookup/",
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "https",
    }


class TestHeader:
    """That which Django reads before any middleware; the test client has Django's own."""

    @pytest.mark.parametrize("charset", ["rot13", "hex", "klingon"])
    @pytest.mark.parametrize("name", ["charset", "charset*", "x*"])
    def test_never_keeps_a_request_from_being_read(self, name, charset):
        value = f"{charset}''gbk" if name.endswith("*") else charset
        request = Request(environ(f"text/plain; {name}={value}"))

        assert request.GET["q"] == "\ufffd\ufffd"

    @pytest.mark.django_db
    def test_that_cannot_be_read_is_400(self):
        said = []

        Handler()(
            environ("text/plain; x*=klingon''a"), lambda status, headers: said.append(status)
        )

        assert said == ["400 Bad Request"]


class TestAddresses:
    """Every list with every value, and every parameter in turn: all pairs take too long."""

    def test_of_the_desk_never_break(self, client, everybody, submitted):  # noqa: F811
        client.raise_request_exception = False
        for place, (model, readers) in enumerate(READERS.items()):
            client.force_login(everybody[min(readers)])
            column = next(name for name, _lookups in columns(model) if "__" not in name)
            names = ["q", "p", "o", "tab", "created_at__year", "id__regex", "pk", column]
            for turn, value in enumerate(explorations.some(VALUES, place)):
                name = names[(place + turn) % len(names)]
                response = client.get(f"{list_of(model)}?{name}={value}")
                assert response.status_code in {200, 302, 400}, (model, name, value[:20])

    @pytest.mark.parametrize(
        ("model", "query"),
        [
            (LogEntry, "action_time__year=99999"),
            (LogEntry, "action_time__year=9999"),
            (LogEntry, "action_time__year=9999&action_time__month=12"),
            (LogEntry, "action_time__year=0"),
            (LogEntry, f"action_time__year={'9' * 5000}"),
            (LogEntry, "action_time__month=13"),
            (LogEntry, "action_time__gte=99999-01-01"),
            (LogEntry, "action_flag__exact=x"),
            (ApprovalItem, "due_on__gte=99999-01-01"),
            (ApprovalItem, "due_on__gte=%00"),
            (ApprovalItem, "department__id__exact=x"),
            (ApprovalItem, "pk=x"),
            (ApprovalItem, "pk=%00"),
        ],
    )
    def test_with_a_value_that_cannot_be_meant_is_400(
        self,
        client,
        everybody,  # noqa: F811
        submitted,
        model,
        query,
    ):
        client.force_login(everybody[min(READERS[model])])

        assert client.get(f"{list_of(model)}?{query}").status_code == 400

    @pytest.mark.parametrize("name", API)
    def test_of_the_interface_never_break(self, client, chen, submitted, name):
        client.raise_request_exception = False
        client.force_login(chen)
        for turn, value in enumerate(explorations.some(VALUES, API.index(name))):
            one = ASKED[(API.index(name) + turn) % len(ASKED)]
            every = "&".join(f"{asked}={value[:200]}" for asked in ASKED)
            for asked in [f"{one}={value}", every]:
                response = client.get(f"/api/v1/{name}/?{asked}")
                assert response.status_code in {200, 400}, asked[:60]
                assert "html" not in response["Content-Type"]
            response = client.get(f"/api/v1/{name}/{value[:200]}/")
            assert response.status_code in {400, 404}, value[:60]
            assert response["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("place", PAGES)
    def test_of_pages_never_break(self, client, alice, submitted, place):
        client.raise_request_exception = False
        client.force_login(alice)
        names = ["q", "page", "number", "topic", "validity", "project", "kind", "next"]
        for turn, value in enumerate(VALUES):
            asked = names[(PAGES.index(place) + turn) % len(names)]
            assert client.get(f"{place}?{asked}={value}").status_code < 500, (asked, value[:20])
            assert client.get(f"{place}{value[:300]}/").status_code < 500, value[:20]

    @pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
    def test_of_one_thing_at_the_desk_never_break(self, client, chen, project, value):
        client.raise_request_exception = False
        client.force_login(chen)

        for name in ["projects/project", "accounts/department", "agents/serviceagent"]:
            response = client.get(f"/admin/{name}/{value[:300]}/change/")
            assert response.status_code in {302, 400, 403, 404}, name


@pytest.mark.django_db
class TestBulk:
    LIST = "/admin/approvals/approvalitem/"

    @pytest.mark.parametrize("chosen", ["x", "\x00", "5" * 5000, "' or 1=1", ""])
    def test_of_what_is_no_key_is_400(self, client, hana, submitted, chosen):
        client.force_login(hana)
        asked = {"action": "accept_all", "_selected_action": [chosen, str(submitted.pk)]}

        assert client.post(self.LIST, asked).status_code == 400

    @pytest.mark.parametrize("version", ["9" * 5000, "x", "-1", "", "²"])
    def test_of_a_version_that_none_has_does_nothing(self, client, hana, submitted, version):
        client.force_login(hana)
        asked = {
            "action": "accept_all",
            "_selected_action": str(submitted.pk),
            f"version_{submitted.pk}": version,
            "confirmed": "1",
        }

        [outcome] = client.post(self.LIST, asked, follow=True).context["outcomes"]

        assert not outcome.is_done
        submitted.refresh_from_db()
        assert submitted.status == "submitted"


def test_a_year_of_the_scoreboard_that_cannot_be_is_this_one(client, chen):
    client.force_login(chen)
    address = "/admin/approvals/card/scoreboard/"

    years = [client.get(address, {"year": year}) for year in ("", "9" * 5000, "²", "x")]

    assert {page.context["title"] for page in years} == {years[0].context["title"]}


class TestSearch:
    TOO_MUCH = ["a " * (SEARCHED_WORDS + 1), "x" * (SEARCHED_CHARACTERS + 1)]

    @pytest.mark.parametrize("words", TOO_MUCH, ids=["words", "characters"])
    @pytest.mark.parametrize(
        "name", ["applications", "documents", "projects", "approval-items", "notifications"]
    )
    def test_by_the_interface_is_bounded(self, client, chen, name, words):
        client.force_login(chen)

        response = client.get(f"/api/v1/{name}/", {"q": words})

        assert response.status_code == 400
        assert response.json()["errors"].keys() == {"q"}

    @pytest.mark.parametrize("words", TOO_MUCH, ids=["words", "characters"])
    @pytest.mark.parametrize(
        "name", ["catalogue", "agents:projects", "approvals:vault", "notifications:inbox"]
    )
    def test_on_a_page_is_bounded_and_says_so(self, client, alice, firm, name, words):
        client.force_login(alice)

        response = client.get(reverse(name), {"q": words})

        assert response.status_code == 200
        assert "最多" in response.text

    def test_of_as_many_as_it_takes_is_answered(self, client, chen):
        client.force_login(chen)
        words = "a " * SEARCHED_WORDS

        assert (
            json.loads(client.get("/api/v1/projects/", {"q": words}).content)["results"] == []
        )
