"""The OpenAPI document: valid, complete, and true of what is answered."""

import pytest
from django.core.management import call_command
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from huadu_portal.rest import described

pytestmark = pytest.mark.django_db

# The problem document is the default answer; what is said here may be answered anywhere.
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(db):
    return SchemaGenerator().get_schema(request=None, public=True)


class TestDocument:
    def test_is_valid_without_a_warning(self, tmp_path):
        target = str(tmp_path / "schema.yml")

        call_command("spectacular", file=target, validate=True, fail_on_warn=True)

    def test_is_of_version_three_one(self, document):
        validate_schema(document)

        assert document["openapi"].startswith("3.1")

    def test_every_operation_says_what_it_is_and_how_it_refuses(self, document):
        silent = [
            (path, method)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if not operation.get("summary") or "default" not in operation["responses"]
        ]

        assert silent == []

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("approval-items/{id}/accept", "NoteRequest"),
            ("approval-items/{id}/suspend", "SuspendRequest"),
            ("joint-cases/{id}/end_case", "EndCaseRequest"),
            ("applications/{id}/withdraw", "WithdrawRequest"),
        ],
    )
    def test_an_act_says_what_its_body_holds(self, document, path, body):
        content = document["paths"][f"/api/v1/{path}/"]["post"]["requestBody"]["content"]

        assert content["application/json"]["schema"]["$ref"].endswith(f"/{body}")

    def test_is_made_once_however_often_and_oddly_it_is_asked_for(self, client, monkeypatch):
        made, make = [], SchemaGenerator.get_schema
        described._rendered.cache_clear()

        def counted(self, *args, **options):
            made.append(get_language())
            return make(self, *args, **options)

        monkeypatch.setattr(SchemaGenerator, "get_schema", counted)

        for odd in ["", "?lang=xx", "?lang=yy", "?version=7", "?lang=en", "?lang=zh-hans"]:
            assert client.get(f"/api/schema/{odd}").status_code == 200

        assert made == ["zh-hans", "en"]

    @pytest.mark.parametrize(
        ("asked", "kind", "start"),
        [("", "application/vnd.oai.openapi", "openapi: 3.1"), ("?format=json", "json", "{")],
    )
    def test_comes_in_either_form(self, client, asked, kind, start):
        answer = client.get(f"/api/schema/{asked}")

        assert kind in answer.headers["Content-Type"]
        assert answer.text.startswith(start)

    @pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/"])
    def test_is_for_everyone_to_read(self, client, address):
        assert client.get(address).status_code == 200

    def test_the_reference_has_no_inline_script_or_style(self, client):
        page = client.get("/api/docs/").content.decode()

        assert "<style" not in page
        assert "style=" not in page
        assert "<script>" not in page


class TestStrangers:
    PUBLIC = (
        "auth/token",
        "approval-types",
        "departments",
        "workdays",
        "material-kinds",
        "joint-bundles",
    )

    def test_are_asked_to_sign_in_everywhere_else(self, client, document):
        answers = {}
        for path, methods in document["paths"].items():
            if path.removeprefix("/api/v1/").startswith(self.PUBLIC):
                continue
            address = path.replace("{id}", "00000000-0000-0000-0000-000000000000")
            for method in METHODS & methods.keys():
                response = getattr(client, method)(address)
                answers[method, path] = response.status_code

        assert len(answers) > 40
        assert {key: code for key, code in answers.items() if code != 401} == {}

    def test_a_mistyped_address_is_a_problem_document(self, client):
        response = client.get("/api/v1/nothing/")

        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
