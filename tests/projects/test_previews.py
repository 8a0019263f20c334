"""Pictures of documents: asked for by rows, made in the sandbox, seen by those who may."""

import errno
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.base import ContentFile

from huadu_portal import sandbox
from huadu_portal.notifications.models import Sweep
from projects import operations, tasks
from projects.models import Document, MaterialKind, Preview
from projects.operations import previews
from tests.conftest import MONDAY, PDF
from tests.projects import hostile
from tests.projects.conftest import office_file
from tests.projects.test_files import picture

State = Preview.State
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


def add(firm, by, name="材料.pdf", content=PDF):
    return operations.add_document(
        firm,
        by=by,
        at=MONDAY,
        kind=MaterialKind.objects.get(name="营业执照"),
        upload=ContentFile(content, name=name),
    )


@pytest.fixture
def document(firm, alice, catalogue):
    return add(firm, alice)


@pytest.fixture
def desk(client, wei):
    client.force_login(wei)
    client.cookies["django_language"] = "en"
    return client


def page_of(document):
    return f"/admin/projects/enterprise/{document.enterprise_id}/change/"


def part_of(document, name="preview/"):
    firm = document.enterprise_id
    return f"/admin/projects/enterprise/{firm}/documents/{document.pk}/{name}"


def picture_of(document):
    return part_of(document, "preview.png")


def put(document, content):
    """Into the store in place of what was checked."""
    with document.file.open("wb") as file:
        file.write(content)


class TestAskedFor:
    def test_with_the_document(self, document):
        assert document.preview.state == State.WAITING

    def test_and_a_worker_is_woken(
        self, firm, alice, catalogue, wake_ups, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            add(firm, alice)

        assert wake_ups == ["previews"]

    def test_not_of_what_has_no_pages_to_show(self, firm, alice, catalogue):
        add(firm, alice, "简介.docx", office_file())

        assert not Preview.objects.exists()

    def test_by_a_page_that_shows_an_older_document(self, desk, document):
        Preview.objects.all().delete()

        page = desk.get(page_of(document)).content.decode()

        assert "hourglass_empty" in page
        assert document.pk == Preview.objects.get().pk

    def test_and_what_somebody_looks_for_comes_first(self, desk, firm, alice, document):
        later = add(firm, alice, "另一份.pdf")
        Preview.objects.filter(document=document).update(due_at=MONDAY - MINUTE)
        desk.get(part_of(later))

        assert Preview.objects.due(MONDAY).first().document == later


class TestRendered:
    @pytest.mark.parametrize(
        ("name", "content"),
        [("材料.pdf", PDF), ("照片.png", picture()), ("照片.jpg", picture("JPEG"))],
    )
    def test_as_a_picture_of_its_first_page(self, firm, alice, catalogue, name, content):
        document = add(firm, alice, name, content)

        assert operations.render_previews()

        preview = Preview.objects.get(document=document)
        assert preview.state == State.READY
        with preview.file.open() as file:
            assert file.read(8) == b"\x89PNG\r\n\x1a\n"

    def test_by_the_task_which_leaves_its_mark(self, document):
        tasks.render_previews()

        assert Preview.objects.get().state == State.READY
        assert Sweep.objects.filter(kind=Sweep.Kind.PREVIEWS).exists()

    def test_a_turn_that_is_not_enough_is_followed_by_another(self, document, wake_ups):
        with mock.patch.object(previews, "TURN", timedelta()):
            tasks.render_previews()

        assert wake_ups == ["previews"]

    def test_one_that_another_worker_has_is_passed_over(self, document):
        Preview.objects.update(due_at=MONDAY + MINUTE, attempts=1)

        assert operations.render_previews()
        assert Preview.objects.get().state == State.WAITING

    def test_what_a_slower_worker_has_made_meanwhile_is_not_kept(self, document, media):
        preview = previews._claim(MONDAY)
        # Its lease is over, and another one is at it.
        previews._claim(MONDAY + previews.LEASE)

        previews._keep(preview, b"late")

        preview.refresh_from_db()
        assert preview.state == State.WAITING
        assert not list(media.rglob("*.png"))


class TestGivenUp:
    @pytest.mark.parametrize("made", [hostile.nested_forms, hostile.content_bomb])
    def test_one_that_takes_too_much(self, document, made, time_machine):
        put(document, made())
        few = replace(previews.LIMITS, seconds=1)
        with mock.patch.object(previews, "LIMITS", few):
            for attempt in range(1, previews.MAX_ATTEMPTS + 2):
                assert Preview.objects.get().state == State.WAITING
                operations.render_previews()
                time_machine.shift(previews.LEASE)
                assert Preview.objects.get().attempts == attempt

        assert Preview.objects.get().state == State.FAILED

    @pytest.mark.parametrize(
        "made",
        [lambda: b"%PDF-1.4 rubbish", lambda: hostile.large_png(20_000, 20_000)],
        ids=["broken", "large"],
    )
    def test_one_that_cannot_be_read(self, document, made):
        put(document, made())

        operations.render_previews()

        assert Preview.objects.get().state == State.FAILED

    def test_one_that_takes_its_worker_along(self, document):
        Preview.objects.update(attempts=previews.MAX_ATTEMPTS)

        with mock.patch.object(previews, "_render") as render:
            operations.render_previews()

        assert not render.called
        assert Preview.objects.get().state == State.FAILED

    @pytest.mark.parametrize(
        "error", [sandbox.Busy(), OSError(errno.ENOSPC, "full")], ids=["busy", "full"]
    )
    def test_but_not_for_what_is_no_fault_of_its_own(self, document, error):
        with mock.patch.object(previews.sandbox, "run", side_effect=error):
            operations.render_previews()

        preview = Preview.objects.get()
        assert (preview.state, preview.attempts) == (State.WAITING, 0)
        assert preview.due_at > MONDAY


class TestSeen:
    def test_on_the_page_once_it_is_there(self, desk, document):
        assert picture_of(document) not in desk.get(page_of(document)).content.decode()

        operations.render_previews()

        assert picture_of(document) in desk.get(page_of(document)).content.decode()
        response = desk.get(picture_of(document))
        assert response["Content-Type"] == "image/png"
        assert b"".join(response).startswith(b"\x89PNG")

    def test_the_place_asks_again_later_and_later_and_then_no_more(self, desk, document):
        asked = part_of(document)
        for waited in ["2", "4", "8", "16", "32"]:
            page = desk.get(asked, {"waited": waited}).content.decode()
            longer = 2 * int(waited)
            assert (f"?waited={longer}" in page) is (waited != "32")

        assert "hx-get" not in page
        assert ">refresh<" in page

    def test_the_place_shows_it(self, desk, document):
        operations.render_previews()

        assert picture_of(document) in desk.get(part_of(document)).content.decode()

    def test_where_there_can_be_none_the_file_is_offered(self, desk, document):
        Preview.objects.update(state=State.FAILED)

        page = desk.get(page_of(document)).content.decode()

        assert "visibility_off" in page
        assert document.get_absolute_url() in page

    def test_one_that_has_gone_from_the_store_is_made_anew(self, desk, document):
        operations.render_previews()
        Preview.objects.get().file.storage.delete(Preview.objects.get().file.name)

        assert desk.get(picture_of(document)).status_code == 404

        operations.render_previews()
        assert desk.get(picture_of(document)).status_code == 200

    @pytest.mark.parametrize("address", [part_of, picture_of])
    def test_not_of_a_draft(self, desk, application, alice, firm, address, catalogue):
        draft = operations.start_application(firm, by=alice, at=MONDAY)
        document = add(firm, alice)
        Document.objects.filter(pk=document.pk).update(application=draft, source="application")
        operations.render_previews()

        assert desk.get(address(document)).status_code == 404

    @pytest.mark.parametrize("address", [part_of, picture_of])
    def test_not_by_those_who_may_not_see_the_document(
        self, client, document, olga, bob, address
    ):
        operations.render_previews()
        for stranger in (olga, bob):
            client.force_login(stranger)
            assert client.get(address(document)).status_code in (302, 403, 404)

    def test_without_a_thread_of_the_web_opening_the_file(self, desk, document):
        with mock.patch.object(sandbox, "run", side_effect=AssertionError):
            desk.get(page_of(document))
            desk.get(part_of(document))
            desk.get(picture_of(document))
