"""Enterprises, applications and materials by the programming interface."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huadu_portal.clock import now
from projects.models import Application, Document, Enterprise, MaterialKind
from tests.conftest import DESCRIPTION, MONDAY, PDF

URL = "/api/v1/applications/"
DOCUMENTS = "/api/v1/documents/"
COMPLETE = DESCRIPTION | {
    "starts_on": "2095-06-01",
    "completes_on": "2096-12-31",
}


def send(client, method, url, body=None, **headers):
    return getattr(client, method)(
        url, body or {}, content_type="application/json", headers=headers
    )


@pytest.fixture
def as_alice(client, alice, firm, catalogue):
    client.force_login(alice)
    return client


def upload(client, kind=None, name="营业执照.pdf", content=PDF, **body):
    kind = kind or MaterialKind.objects.get(name="营业执照").code
    file = SimpleUploadedFile(name, content)
    return client.post(DOCUMENTS, {"kind": kind, "file": file} | body)


class TestEnterprises:
    def test_whoever_registers_one_sees_it(self, client, eve):
        client.force_login(eve)
        body = {
            "name": "广州示例座椅系统有限公司",
            "credit_code": "91440114MADEM0150J",
            "legal_representative": "李明",
        }

        response = send(client, "post", "/api/v1/enterprises/", body)

        assert response.status_code == 201
        rows = client.get("/api/v1/enterprises/").json()["results"]
        assert [row["credit_code"] for row in rows] == ["91440114MADEM0150J"]

    @pytest.mark.parametrize(
        "code", ["91440114MADEM01500", "91440114MADEM0150", "O1440114MADEM0150J", ""]
    )
    def test_a_wrong_code_is_named(self, client, eve, code):
        client.force_login(eve)
        body = {"name": "某公司", "credit_code": code, "legal_representative": "李明"}

        response = send(client, "post", "/api/v1/enterprises/", body)

        assert (response.status_code, *response.json()["errors"]) == (400, "credit_code")
        assert not Enterprise.objects.exists()

    def test_one_that_is_there_can_be_joined(self, client, eve, firm):
        client.force_login(eve)

        response = send(
            client, "post", "/api/v1/enterprises/join/", {"credit_code": firm.credit_code}
        )

        assert response.status_code == 202
        assert firm.memberships.get(user=eve).state == "asked"
        assert client.get("/api/v1/enterprises/").json()["results"] == []

    def test_one_that_is_not_there_is_answered_alike(self, client, eve, firm):
        client.force_login(eve)

        answers = [
            send(client, "post", "/api/v1/enterprises/join/", {"credit_code": code})
            for code in (firm.credit_code, "91350100M000100Y43")
        ]

        assert {(answer.status_code, answer.content) for answer in answers} == {
            (202, answers[0].content)
        }

    @pytest.mark.parametrize(
        "address",
        [
            "applications/?enterprise=",
            "documents/?enterprise=",
            "documents/?application=",
            "documents/?project=",
            "projects/?enterprise=",
            "consultations/?item=",
            "commitments/?item=",
        ],
    )
    def test_filters_do_not_say_what_is_there(self, client, eve, submitted, address):
        project = submitted.project
        keys = {
            "enterprise": project.enterprise_id,
            "application": project.application.pk,
            "project": project.pk,
            "item": submitted.pk,
        }
        there = keys[address.rpartition("?")[2].removesuffix("=")]
        client.force_login(eve)

        answers = [client.get(f"/api/v1/{address}{key}") for key in (there, "0" * 31 + "1")]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert [answer.json()["results"] for answer in answers] == [[], []]

    def test_officials_join_none(self, client, omar, firm):
        client.force_login(omar)
        body = {"credit_code": firm.credit_code}

        assert send(client, "post", "/api/v1/enterprises/join/", body).status_code == 403


class TestDraft:
    def test_is_begun_with_what_is_known(self, as_alice, firm):
        body = {"name": "新项目", "fixed_assets_wan": "1234.50"}

        response = send(as_alice, "post", URL, body)

        said = response.json()
        assert response.status_code == 201
        assert (said["status"], said["name"]) == ("draft", "新项目")
        assert said["fixed_assets_wan"] == "1234.50"
        assert said["enterprise"]["id"] == str(firm.pk)

    def test_the_same_key_begins_one(self, as_alice):
        body, key = {"name": "新项目"}, {"Idempotency-Key": "k1"}

        first = send(as_alice, "post", URL, body, **key)
        again = send(as_alice, "post", URL, body, **key)
        other = send(as_alice, "post", URL, {"name": "别的"}, **key)

        assert first.json() == again.json()
        assert other.status_code == 422
        assert Application.objects.count() == 1

    def test_is_changed_field_by_field(self, as_alice):
        url = f"{URL}{send(as_alice, 'post', URL, {'name': '新项目'}).json()['id']}/"

        send(as_alice, "patch", url, {"town": "440114107", "with_design_scheme": True})
        said = as_alice.get(url).json()

        assert (said["name"], said["town"]) == ("新项目", "440114107")
        assert said["with_design_scheme"] is True

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("town", "440100000"),
            ("fixed_assets_wan", "-1"),
            ("fixed_assets_wan", "lots"),
            ("fixed_assets_wan", "1.234"),
            ("starts_on", "2025-02-30"),
            ("energy_tce", 10**20),
            ("name", "字" * 201),
            ("name", "a\u202eb"),
            ("platform", "x"),
            ("enterprise", "00000000-0000-0000-0000-000000000000"),
        ],
    )
    def test_a_wrong_value_is_named(self, as_alice, field, value):
        response = send(as_alice, "post", URL, {field: value})

        assert (response.status_code, *response.json()["errors"]) == (400, field)

    def test_what_is_not_asked_for_is_not_written(self, as_alice):
        body = {"name": "x", "status": "accepted", "number": "SB1", "version": 7}

        pk = send(as_alice, "post", URL, body).json()["id"]

        application = Application.objects.get(pk=pk)
        assert (application.status, application.number, application.version) == (
            "draft",
            None,
            0,
        )
        assert application.draft == {"name": "x"}

    def test_an_approval_officer_begins_none(self, client, omar):
        client.force_login(omar)

        assert send(client, "post", URL, {"name": "x"}).status_code == 403


class TestSubmit:
    @pytest.fixture
    def draft(self, as_alice):
        return send(as_alice, "post", URL, COMPLETE).json()

    def with_materials(self, client, draft):
        for kind in MaterialKind.objects.filter(with_application=True, is_required=True):
            answer = upload(client, kind.code, f"{kind.code}.pdf", application=draft["id"])
            assert answer.status_code == 201, answer.json()

    def test_names_everything_that_is_missing_at_once(self, as_alice):
        draft = send(as_alice, "post", URL, {"name": "新项目"}).json()

        response = send(as_alice, "post", f"{URL}{draft['id']}/submit/")

        assert response.status_code == 400
        assert response.json()["errors"].keys() >= {"summary", "town", "starts_on", "documents"}

    def test_gives_a_number_and_the_day_of_the_answer(self, as_alice, draft):
        self.with_materials(as_alice, draft)

        response = send(as_alice, "post", f"{URL}{draft['id']}/submit/")

        said = response.json()
        assert (response.status_code, said["status"], said["version"]) == (200, "submitted", 1)
        assert said["number"].startswith("SB")
        assert said["investment_wan"] == "68000.00"
        assert said["due_on"]

    def test_twice_is_one_submission(self, as_alice, draft):
        self.with_materials(as_alice, draft)
        first = send(as_alice, "post", f"{URL}{draft['id']}/submit/").json()

        again = send(as_alice, "post", f"{URL}{draft['id']}/submit/").json()

        assert again == first

    def test_afterwards_nothing_can_be_changed(self, client, application, alice):
        client.force_login(alice)

        response = send(client, "patch", f"{URL}{application.pk}/", {"name": "x"})

        assert (response.status_code, response.json()["version"]) == (409, application.version)


class TestWithdraw:
    def test_ends_it(self, client, application, alice):
        client.force_login(alice)
        body = {"version": application.version}

        response = send(client, "post", f"{URL}{application.pk}/withdraw/", body)

        assert response.json()["status"] == "withdrawn"

    def test_is_not_the_windows(self, client, application, wei):
        client.force_login(wei)
        body = {"version": application.version}

        response = send(client, "post", f"{URL}{application.pk}/withdraw/", body)

        assert response.status_code == 403


class TestTriage:
    ACTS = [
        ("return", {"missing": ["营业执照不清晰"]}, "returned"),
        ("decline", {"reason": "不符合产业政策", "remedy": "请咨询窗口"}, "declined"),
    ]

    @pytest.mark.parametrize(("act", "body", "then"), ACTS)
    def test_moves_it_on(self, client, application, wei, act, body, then):
        client.force_login(wei)
        body = body | {"version": application.version}

        response = send(client, "post", f"{URL}{application.pk}/{act}/", body)

        assert (response.status_code, response.json()["status"]) == (200, then)

    @pytest.mark.parametrize(("act", "body", "then"), ACTS)
    def test_too_late_is_a_conflict(self, client, application, wei, act, body, then):
        client.force_login(wei)
        body = body | {"version": application.version + 1}

        response = send(client, "post", f"{URL}{application.pk}/{act}/", body)

        assert (response.status_code, response.json()["version"]) == (409, application.version)

    @pytest.mark.parametrize(("act", "body", "then"), ACTS)
    @pytest.mark.parametrize(
        ("who", "status"), [("alice", 403), ("li", 403), ("bob", 404), ("omar", 404)]
    )
    def test_is_the_windows_alone(
        self, client, application, request, act, body, then, who, status
    ):
        client.force_login(request.getfixturevalue(who))
        body = body | {"version": application.version}

        response = send(client, "post", f"{URL}{application.pk}/{act}/", body)

        assert response.status_code == status

    @pytest.mark.parametrize("act", ["accept", "return", "decline"])
    def test_who_may_not_is_told_so_before_the_body_is_read(self, client, application, li, act):
        client.force_login(li)

        assert send(client, "post", f"{URL}{application.pk}/{act}/", {}).status_code == 403

    def test_a_return_says_what_is_missing(self, client, application, wei):
        client.force_login(wei)

        response = send(client, "post", f"{URL}{application.pk}/return/", {"missing": []})

        assert response.json()["errors"].keys() == {"version", "missing"}


class TestDocuments:
    def test_the_same_name_again_is_a_new_version(self, as_alice, firm):
        upload(as_alice, enterprise=firm.pk)
        second = upload(as_alice, enterprise=firm.pk).json()

        listed = as_alice.get(DOCUMENTS).json()["results"]
        versions = as_alice.get(f"{DOCUMENTS}{second['id']}/versions/").json()

        assert [row["id"] for row in listed] == [second["id"]]
        assert [row["version"] for row in versions] == [2, 1]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"content": b"MZ not a pdf"}, "file"),
            ({"name": "x.exe"}, "file"),
            ({"kind": "nonsense"}, "kind"),
            ({"valid_until": "never"}, "valid_until"),
            ({"application": "x"}, "application"),
        ],
    )
    def test_what_is_wrong_is_named(self, as_alice, firm, change, field):
        response = upload(as_alice, **{"enterprise": firm.pk} | change)

        assert (response.status_code, *response.json()["errors"]) == (400, field)
        assert not Document.objects.exists()

    def test_what_is_of_two_enterprises_does_not_go_together(
        self, as_alice, alice, firm, application, other_firm, other_project
    ):
        """A person may act for both."""
        other_firm.memberships.create(user=alice, state="active", asked_at=MONDAY)
        kind = MaterialKind.objects.filter(scope="project").first().code
        before = Document.objects.count()

        for body in [
            {"project": other_project.pk, "enterprise": firm.pk},
            {"project": other_project.pk, "application": application.pk},
        ]:
            response = upload(as_alice, kind=kind, **body)
            assert (response.status_code, *response.json()["errors"]) == (400, "enterprise")

        assert Document.objects.count() == before
        assert upload(as_alice, kind=kind, project=other_project.pk).status_code == 201

    def test_the_same_key_keeps_one(self, as_alice, firm):
        kind = MaterialKind.objects.first().code
        for _ in range(2):
            file = SimpleUploadedFile("a.pdf", PDF)
            body = {"kind": kind, "file": file, "enterprise": firm.pk}
            as_alice.post(DOCUMENTS, body, headers={"Idempotency-Key": "k1"})

        assert Document.objects.count() == 1

    def test_of_another_firm_cannot_be_left(self, as_alice, other_firm):
        assert upload(as_alice, enterprise=other_firm.pk).status_code == 400


class TestDownload:
    @pytest.fixture
    def link(self, as_alice, firm):
        pk = upload(as_alice, enterprise=firm.pk).json()["id"]
        return as_alice.get(f"{DOCUMENTS}{pk}/download/").json()["url"]

    def test_gives_the_file_back(self, as_alice, link):
        response = as_alice.get(link)

        assert b"".join(response) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert "attachment" in response["Content-Disposition"]

    def test_anothers_link_is_not_found(self, client, link, wei):
        """The window may see the file, but has to ask for a link of its own."""
        client.force_login(wei)

        assert client.get(link).status_code == 404

    def test_a_stranger_does_not_find_it(self, client, link, bob):
        client.force_login(bob)

        assert client.get(link).status_code == 404

    def test_without_signing_in_there_is_none(self, client, link):
        client.logout()

        assert client.get(link).status_code == 401

    def test_is_over_after_five_minutes(self, as_alice, link, monkeypatch):
        later = (now() + timedelta(minutes=6)).timestamp()
        monkeypatch.setattr("django.core.signing.time.time", lambda: later)

        assert as_alice.get(link).status_code == 403

    def test_a_forged_link_is_refused(self, as_alice, link):
        assert as_alice.get(link[:-3] + "xyz").status_code == 403
