"""How often a person may register a firm, ask to join one, put in files."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from huadu_portal.limits import TooOften
from projects import operations
from projects.models import Enterprise, MaterialKind
from projects.operations import documents
from tests.conftest import MONDAY, PDF
from tests.projects.conftest import add
from tests.projects.test_enterprise import LICENCE

REGISTER, JOIN = "/enterprise/register/", "/enterprise/join/"
WRONG = {"credit_code": "x"}
UNKNOWN = {"credit_code": LICENCE["credit_code"]}


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def api(eve):
    client = APIClient()
    client.force_authenticate(eve)
    return client


class TestRegister:
    def test_is_refused_the_twenty_first_time_within_an_hour(self, client, eve):
        client.force_login(eve)

        answers = [client.post(REGISTER, WRONG).status_code for _attempt in range(21)]

        assert answers == [200] * 20 + [429]

    def test_refused_keeps_what_was_typed_and_says_when(self, client, eve):
        client.force_login(eve)
        for _attempt in range(20):
            client.post(REGISTER, WRONG)

        page = client.post(REGISTER, LICENCE).text

        assert f'value="{LICENCE["name"]}"' in page
        assert "60" in page[page.index("alert-danger") :][:600]
        assert not Enterprise.objects.exists()

    def test_refused_does_not_say_whether_the_code_is_known(self, client, eve, firm):
        client.force_login(eve)
        for _attempt in range(20):
            client.post(REGISTER, WRONG)

        response = client.post(REGISTER, LICENCE | {"credit_code": firm.credit_code})

        assert response.context["form"].errors == {}

    def test_looking_at_the_form_is_free(self, client, eve):
        client.force_login(eve)

        answers = {client.get(REGISTER).status_code for _attempt in range(30)}

        assert answers == {200}

    def test_does_not_concern_the_window(self, client, wei):
        client.force_login(wei)

        answers = {client.post(REGISTER, WRONG).status_code for _attempt in range(25)}

        assert answers == {200}


class TestJoin:
    def test_is_refused_the_eleventh_time_within_an_hour(self, client, eve):
        client.force_login(eve)

        answers = [client.post(JOIN, UNKNOWN).status_code for _attempt in range(11)]

        assert answers == [302] * 10 + [429]

    def test_of_another_person_is_not_concerned(self, client, eve, bob):
        client.force_login(eve)
        for _attempt in range(11):
            client.post(JOIN, UNKNOWN)
        client.force_login(bob)

        assert client.post(JOIN, UNKNOWN).status_code == 302

    @pytest.mark.django_db(transaction=True)
    def test_attempts_at_the_same_moment_do_not_pass_together(self, eve):
        start, answers = threading.Barrier(14), []

        def attempt():
            client = Client()
            client.force_login(eve)
            start.wait()
            try:
                answers.append(client.post(JOIN, UNKNOWN).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt) for _ in range(14)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(answers) == 14
        assert 1 <= answers.count(302) <= 10


class TestApi:
    def test_answers_with_a_problem_document_that_says_when(self, api):
        for _attempt in range(10):
            api.post("/api/v1/enterprises/join/", UNKNOWN, format="json")

        response = api.post("/api/v1/enterprises/join/", UNKNOWN, format="json")

        assert response.status_code == 429
        assert response["Content-Type"] == "application/problem+json"
        assert 3500 < int(response["Retry-After"]) <= 3600

    def test_shares_the_count_with_the_page(self, api, client, eve):
        client.force_login(eve)
        for _attempt in range(10):
            client.post(JOIN, UNKNOWN)

        assert api.post("/api/v1/enterprises/join/", UNKNOWN, format="json").status_code == 429

    def test_counts_what_is_refused_under_an_idempotency_key(self, api):
        answers = [
            api.post(
                "/api/v1/enterprises/join/",
                UNKNOWN,
                format="json",
                headers={"Idempotency-Key": str(n)},
            )
            for n in range(11)
        ]

        assert [answer.status_code for answer in answers] == [202] * 10 + [429]


class TestUploads:
    @pytest.fixture(autouse=True)
    def two_at_most(self, monkeypatch):
        monkeypatch.setattr(documents, "MAX_UPLOADS", 2)

    def test_beyond_the_pace_are_refused_and_say_when(self, draft, alice):
        add(draft, alice)
        add(draft, alice)

        with pytest.raises(TooOften) as refusal:
            add(draft, alice)

        assert refusal.value.retry_after == 600

    def test_are_taken_again_after_ten_minutes(self, firm, alice, catalogue, pdf):
        kind = MaterialKind.objects.get(name="营业执照")
        put = {"by": alice, "kind": kind, "upload": pdf}
        operations.add_document(firm, at=MONDAY, **put)
        operations.add_document(firm, at=MONDAY + timedelta(minutes=5), **put)

        operations.add_document(firm, at=MONDAY + timedelta(minutes=10), **put)

        assert firm.documents.count() == 3

    def test_of_a_department_are_counted_apart(self, draft, firm, alice, omar, pdf):
        add(draft, alice)
        add(draft, alice)
        kind = MaterialKind.objects.get(name="营业执照")

        operations.add_document(firm, by=omar, at=MONDAY, kind=kind, upload=pdf)

        assert firm.documents.count() == 3

    def test_page_tells_the_script(self, client, alice, draft):
        client.force_login(alice)
        url = f"/apply/{draft.pk}/materials/upload/"
        kind = MaterialKind.objects.get(name="营业执照")

        def upload():
            body = {"kind": kind.code, "upload": ContentFile(PDF, name="a.pdf")}
            return client.post(url, body, headers={"Accept": "application/json"})

        answers = [upload() for _file in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert "10" in answers[-1].json()["errors"][0]

    def test_api_answers_with_429(self, alice, firm, catalogue):
        client = APIClient()
        client.force_authenticate(alice)
        kind = MaterialKind.objects.get(name="营业执照")

        def upload():
            file = ContentFile(PDF, name="a.pdf")
            body = {"enterprise": str(firm.pk), "kind": kind.code, "file": file}
            return client.post("/api/v1/documents/", body, format="multipart")

        answers = [upload() for _file in range(3)]

        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert answers[-1]["Retry-After"] == "600"
