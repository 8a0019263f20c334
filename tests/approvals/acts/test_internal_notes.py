"""What staff note among themselves on an item or an application."""

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from approvals.acts.operations.internal_notes import note_internally
from approvals.models import InternalNote
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Notification
from tests.approvals.moments import desk_of
from tests.conftest import MONDAY

TEXT = "与上级部门沟通中，暂不对外"


def page_of(thing):
    return f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/{thing.pk}/change/"


class TestOperation:
    def test_it_is_a_row_with_author_time_and_text(self, submitted, omar):
        note = note_internally(submitted, by=omar, at=MONDAY, text=f" {TEXT} ")

        assert (note.item, note.application) == (submitted, None)
        assert (note.by, note.at, note.text) == (omar, MONDAY, TEXT)

    def test_it_is_no_act_and_tells_nobody(self, submitted, omar):
        events, told = submitted.events.count(), Notification.objects.count()

        note_internally(submitted, by=omar, at=MONDAY, text=TEXT)

        version = submitted.version
        submitted.refresh_from_db()
        assert (submitted.version, submitted.events.count()) == (version, events)
        assert Notification.objects.count() == told

    @pytest.mark.parametrize("who", ["alice", "olga", "ada", "li", "tom", "sun"])
    def test_it_is_not_for_firms_strangers_and_those_who_only_read(
        self, submitted, request, who
    ):
        with pytest.raises(PermissionDenied):
            note_internally(submitted, by=request.getfixturevalue(who), at=MONDAY, text=TEXT)

    def test_it_says_something(self, submitted, omar):
        with pytest.raises(NotAllowed):
            note_internally(submitted, by=omar, at=MONDAY, text=" ")

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_it_stays_as_it_was_written(self, submitted, omar, change):
        note = note_internally(submitted, by=omar, at=MONDAY, text=TEXT)
        rows = InternalNote.objects.filter(pk=note.pk)

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(text="x") if change == "update" else rows.delete()

    @pytest.mark.parametrize(
        ("who", "reads"), [("alice", 0), ("olga", 0), ("omar", 1), ("wei", 2), ("ada", 2)]
    )
    def test_who_reads_it(self, submitted, application, omar, wei, request, who, reads):
        note_internally(submitted, by=omar, at=MONDAY, text=TEXT)
        note_internally(application, by=wei, at=MONDAY, text=TEXT)

        seen = InternalNote.objects.visible_to(request.getfixturevalue(who))

        assert seen.count() == reads


class TestDesk:
    @pytest.fixture(params=["submitted", "application"])
    def thing(self, request):
        return request.getfixturevalue(request.param)

    def test_a_note_stands_on_the_page_with_its_author(self, client, thing, wei):
        client.force_login(wei)
        address = page_of(thing).replace("change/", "acts/note_internally/")

        response = client.post(address, {"text": TEXT}, follow=True)

        assert TEXT in response.text
        assert thing.internal_notes.get().by == wei

    def test_an_empty_one_is_asked_about(self, client, submitted, omar):
        client.force_login(omar)

        response = client.post(desk_of(submitted, "note_internally"), {"text": " "})

        assert list(response.context["form"].errors) == ["text"]
        assert not InternalNote.objects.exists()

    def test_those_who_only_read_have_no_field(self, client, submitted, omar, ada):
        note_internally(submitted, by=omar, at=MONDAY, text=TEXT)
        client.force_login(ada)

        page = client.get(page_of(submitted)).text

        assert TEXT in page
        assert "/acts/note_internally/" not in page
        assert client.post(desk_of(submitted, "note_internally")).status_code == 403

    def test_it_is_no_endpoint_and_no_page_of_the_portal(self, client, submitted, omar):
        client.force_login(omar)
        body = {"text": TEXT, "version": submitted.version}

        by_api = client.post(
            f"/api/v1/approval-items/{submitted.pk}/note_internally/",
            body,
            content_type="application/json",
        )
        by_page = client.post(f"/items/{submitted.pk}/note_internally/", body)

        assert (by_api.status_code, by_page.status_code) == (404, 404)


def test_nothing_that_a_firm_can_reach_knows_of_them():
    """Pages, API, exports, mails and searches: only these modules name the model or its rows."""
    knowing = {
        "approvals/acts/models/__init__.py",
        "approvals/acts/models/internal_notes.py",
        "approvals/acts/operations/internal_notes.py",
        "approvals/acts/internal_note_acts.py",
        "approvals/acts/admin/items.py",
        "approvals/acts/forms/internal_notes.py",
        "approvals/models.py",
        "agents/triage/admin.py",
    }
    words = ("InternalNote", "internal_note")
    found = {
        str(file.relative_to(settings.BASE_DIR))
        for app in ("approvals", "projects", "agents", "huadu_portal")
        for file in (settings.BASE_DIR / app).rglob("*.py")
        if "migrations" not in file.parts and any(word in file.read_text() for word in words)
    }

    assert found == knowing
