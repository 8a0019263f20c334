"""Whether a paper is ours, for whoever holds it."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction

from huadu_portal.papers.drafts import Draft
from huadu_portal.papers.models import Paper, PaperKind
from huadu_portal.papers.operations import issue, opened
from huadu_portal.public.forms import PaperFileForm
from tests.conftest import MONDAY, PDF


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def paper(db):
    draft = Draft(
        title="受理告知书",
        recipient="广州市锦华食品有限公司",
        paragraphs=["锦华食品总部项目"],
    )
    with transaction.atomic():
        return issue(PaperKind.ACCEPTANCE, draft, at=MONDAY)


@pytest.fixture
def content(paper):
    with opened(paper) as file:
        return file.read()


def by_number(client, number):
    return client.get("/verify/", {"number": number})


def by_file(client, content, name="a.pdf"):
    return client.post("/verify/", {"file": ContentFile(content, name=name)})


class TestByNumber:
    def test_says_what_can_be_compared(self, client, paper, content):
        paper.refresh_from_db()

        page = by_number(client, paper.number).text

        for fact in [
            paper.number,
            "受理告知书",
            "2025年3月3日",
            "广州****公司",
            paper.check_code,
            paper.sha256,
        ]:
            assert fact in page

    def test_says_nothing_else(self, client, paper):
        page = by_number(client, paper.number).text

        assert paper.recipient not in page
        assert "锦华食品总部项目" not in page

    @pytest.mark.parametrize(
        "typed",
        ["花产服受[2025]第1号", "花产服受（2025）0001", " 花产服受 〔2025〕 第 0001 号 "],
    )
    def test_takes_it_as_people_type_it(self, client, paper, typed):
        assert by_number(client, typed).context["paper"] == paper

    @pytest.mark.parametrize(
        "typed",
        [
            "花产服受〔2025〕第0002号",
            "花产服不受〔2025〕第0001号",
            "SB20250303-0001",
            "x",
            "0" * 60,
        ],
    )
    def test_an_unknown_one_is_not_known(self, client, paper, typed):
        response = by_number(client, typed)

        assert response.status_code == 404
        assert 'class="alert alert-danger"' in response.text

    def test_nothing_typed_is_asked_about(self, client):
        assert "number" in by_number(client, "").context["number_form"].errors

    def test_is_kept_by_no_cache(self, client, paper):
        assert "no-store" in by_number(client, paper.number).headers["Cache-Control"]


class TestByCode:
    def test_leads_to_the_paper(self, client, paper):
        address = paper.data["look_up"].removeprefix("http://localhost:8000")

        assert client.get(paper.get_absolute_url()).context["paper"] == paper
        assert address.endswith(paper.get_absolute_url())

    def test_an_unknown_one_is_not_known(self, client):
        assert client.get(f"/verify/{uuid4()}/").status_code == 404


class TestByFile:
    def test_the_very_file_is_genuine(self, client, paper, content):
        assert by_file(client, content).context["paper"] == paper

    def test_a_changed_byte_is_not(self, client, paper, content):
        response = by_file(client, content[:-1] + b" ")

        assert response.context["paper"] is None
        assert 'class="alert alert-danger"' in response.text

    def test_a_foreign_file_is_not(self, client, paper):
        assert by_file(client, PDF).context["paper"] is None

    def test_is_not_kept(self, client, paper, content, media):
        before = sorted(media.rglob("*"))

        by_file(client, PDF)

        assert sorted(media.rglob("*")) == before
        assert Paper.objects.count() == 1

    def test_too_large_a_file_is_asked_about(self, client, monkeypatch):
        monkeypatch.setattr(PaperFileForm, "MAX_BYTES", 100)

        assert "file" in by_file(client, PDF).context["file_form"].errors

    def test_no_file_is_asked_about(self, client):
        assert "file" in client.post("/verify/").context["file_form"].errors


class TestLimit:
    def test_answers_are_limited_by_any_door(self, client, paper):
        requests = [
            lambda: by_number(client, paper.number),
            lambda: client.get(paper.get_absolute_url()),
            lambda: by_file(client, PDF),
        ]
        answers = [requests[n % 3]().status_code for n in range(30)]

        assert answers == [200] * 30
        assert [ask().status_code for ask in requests] == [429] * 3

    def test_the_empty_form_is_free(self, client):
        assert {client.get("/verify/").status_code for _ in range(31)} == {200}
