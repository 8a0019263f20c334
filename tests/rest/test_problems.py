import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, InterfaceError, OperationalError, connection
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.rest.fields import PlainCharField
from huadu_portal.rest.parsers import StrictJSONParser
from huadu_portal.rest.problems import flat, unknown_address

DEEP = "[" * 100_000 + "]" * 100_000
NESTED = "[" * 40 + "]" * 40


class Echo(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []
    parser_classes = [StrictJSONParser]

    def post(self, request):
        return Response(request.data)


class Lenient(Echo):
    """As a view would be without our parser."""

    parser_classes = [JSONParser]


def raised(error):
    """The answer of a view that raises the error."""

    class View(Echo):
        def get(self, request):
            raise error

    return answer(View.as_view()(APIRequestFactory().get("/")))


def posted(body, view=Echo, content_type="application/json"):
    request = APIRequestFactory().generic("POST", "/", body, content_type)
    return answer(view.as_view()(request))


def answer(response):
    response.render()
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        document = json.loads(response.content)
        assert document["status"] == response.status_code
        assert document["type"] == "about:blank"
        assert document["title"]
        assert document["detail"]
    return response


class TestRefusals:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (exceptions.NotAuthenticated(), 403),  # no challenge without authenticators
            (PermissionDenied(), 403),
            (Http404(), 404),
            (exceptions.MethodNotAllowed("GET"), 405),
            (exceptions.UnsupportedMediaType("text/plain"), 415),
            (exceptions.Throttled(wait=7), 429),
        ],
    )
    def test_each_is_a_problem_document(self, error, status):
        assert raised(error).status_code == status

    def test_too_much_says_when_to_come_back(self):
        assert raised(exceptions.Throttled(wait=7))["Retry-After"] == "7"

    def test_a_refused_act_is_a_conflict_and_says_what_holds(self):
        response = raised(NotAllowed("It has been granted.", version=4))

        assert response.status_code == 409
        assert response.data["detail"] == "It has been granted."
        assert response.data["version"] == 4

    def test_a_stale_version_is_a_conflict_with_the_current_one(self):
        response = raised(Stale(version=5))

        assert (response.status_code, response.data["version"]) == (409, 5)

    def test_a_refusal_without_a_version_claims_none(self):
        assert "version" not in raised(NotAllowed("No.")).data

    @pytest.mark.parametrize("error", [OperationalError("x"), InterfaceError("x")])
    def test_a_database_that_is_away_is_503_with_retry_after(self, error):
        response = raised(error)

        assert (response.status_code, response["Retry-After"]) == (503, "5")

    @pytest.mark.django_db
    def test_a_statement_that_takes_too_long_is_503(self):
        class Slow(Echo):
            def get(self, request):
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = 20")
                    cursor.execute("SELECT pg_sleep(5)")

        response = answer(Slow.as_view()(APIRequestFactory().get("/")))

        assert response.status_code == 503

    def test_our_own_mistakes_stay_500(self):
        with pytest.raises(KeyError):
            raised(KeyError("ours"))

    @pytest.mark.django_db  # the limit on requests is counted in the cache
    def test_an_unknown_address_is_a_problem_too(self):
        response = answer(unknown_address(APIRequestFactory().get("/")))

        assert response.status_code == 404


class TestValidation:
    def test_names_the_fields(self):
        response = raised(exceptions.ValidationError({"name": ["Too long.", "Odd."]}))

        assert response.status_code == 400
        assert response.data["errors"] == {"name": ["Too long.", "Odd."]}

    def test_a_sentence_about_the_whole_is_the_detail(self):
        response = raised(exceptions.ValidationError("The dates cross."))

        assert response.data["detail"] == "The dates cross."

    def test_a_constraint_of_a_model_is_bad_input(self):
        response = raised(DjangoValidationError({"__all__": ["Ends before it starts."]}))

        assert response.status_code == 400
        assert response.data["errors"] == {"non_field_errors": ["Ends before it starts."]}

    @pytest.mark.parametrize(
        ("detail", "errors"),
        [
            ({"rows": [{}, {"name": ["No."]}]}, {"rows.1.name": ["No."]}),
            ({"owner": {"phone": ["No."]}}, {"owner.phone": ["No."]}),
            ({"tags": {0: ["No."]}}, {"tags.0": ["No."]}),
            (["No.", "Never."], {"non_field_errors": ["No.", "Never."]}),
            ([{"name": ["No."]}], {"0.name": ["No."]}),
            ({"name": "No."}, {"name": ["No."]}),
        ],
    )
    def test_nested_fields_have_a_path(self, detail, errors):
        assert flat(detail) == errors


class TestBody:
    def test_is_read(self):
        assert posted('{"名": ["花都", 1, null]}').data == {"名": ["花都", 1, None]}

    @pytest.mark.parametrize(
        "body",
        [
            "{",
            DEEP,
            NESTED,
            b"\xff\xfe",
            '"\xff"'.encode("latin-1"),
            '{"a": NaN}',
            "9" * 5000,
            '{"a": "\\u0000"}',
            '{"a\\u0000": 1}',
            '{"a": "\\ud800"}',
            '{"a": [{"b": "\\u202e"}]}',
        ],
        ids=range(11),
    )
    def test_that_cannot_be_right_is_400(self, body):
        assert posted(body).status_code == 400

    def test_names_the_field_with_the_forbidden_character(self):
        response = posted('{"rows": [{"name": "a\\u202eb"}]}')

        assert list(response.data["errors"]) == ["rows.0.name"]

    def test_too_large_is_400(self, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

        assert posted('"' + "x" * 98 + '"').status_code == 200
        assert posted('"' + "x" * 99 + '"').status_code == 400

    def test_an_unknown_charset_is_no_error(self):
        content_type = "application/json; charset=klingon"

        assert posted("{}", content_type=content_type).status_code == 200

    def test_in_another_format_is_415(self):
        assert posted("a=1", content_type="text/plain").status_code == 415

    def test_too_deep_for_another_parser_is_400_as_well(self):
        assert posted(DEEP, Lenient).status_code == 400

    @pytest.mark.django_db
    @pytest.mark.parametrize("text", ["a\0b", "\ud800"])
    def test_that_the_database_cannot_store_is_400(self, text):
        class Stores(Echo):
            def get(self, request):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT %s", [text])

        response = answer(Stores.as_view()(APIRequestFactory().get("/")))

        assert response.status_code == 400

    def test_out_of_range_for_the_database_is_400(self):
        assert raised(DataError("integer out of range")).status_code == 400


class TestPlainText:
    @pytest.mark.parametrize("text", ["花都区\n第二行\t", "café", "𠮷野家", "🙂"])
    def test_is_kept(self, text):
        assert PlainCharField(trim_whitespace=False).run_validation(text) == text

    @pytest.mark.parametrize("character", "\0\x08\x7f\u202e\u2066\u200f\u061c\ud800")
    def test_with_a_forbidden_character_is_refused(self, character):
        with pytest.raises(serializers.ValidationError):
            PlainCharField().run_validation(f"a{character}b")
