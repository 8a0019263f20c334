"""What was chosen in a form is not lost by an error, nor by a session that ends."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.acts import operations as acts
from approvals.models import Status
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.models import ChosenFile, Document, MaterialKind
from projects.operations import chosen_files
from tests.approvals.moments import desk_of, url_of
from tests.conftest import MONDAY, PDF

ADDRESS = "/chosen/"


def upload(name="图.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def choose(client, place, field, name="图.pdf", **more):
    return client.post(ADDRESS, {"place": place, "field": field, "upload": upload(name)} | more)


def names(place, user):
    kept = ChosenFile.objects.visible_to(user).of_form(place)
    return [each.filename for each in kept]


@pytest.fixture
def correcting(omar, submitted):
    return acts.request_correction(
        submitted,
        by=omar,
        at=MONDAY,
        version=submitted.version,
        missing=["缺总平面图", "缺签字"],
    )


@pytest.fixture
def place(correcting):
    return url_of(correcting, "resubmit")


class TestForm:
    def test_that_comes_back_with_an_error_keeps_the_files(
        self, client, alice, correcting, place
    ):
        client.force_login(alice)
        typed = {"version": correcting.version, "point_1_upload": upload()}

        refused = client.post(place, typed)

        assert [*refused.context["form"].errors] == ["point_2_text"]
        assert "图.pdf" in refused.text
        assert names(place, alice) == ["图.pdf"]

    def test_that_is_then_sent_sends_them(self, client, alice, correcting, place):
        client.force_login(alice)
        typed = {"version": correcting.version, "point_1_upload": upload()}
        client.post(place, typed)

        client.post(place, {"version": correcting.version, "point_2_text": "已签"})

        correcting.refresh_from_db()
        assert correcting.status == Status.SUBMITTED
        assert correcting.documents.filter(filename="图.pdf").exists()
        assert names(place, alice) == []

    def test_that_is_opened_again_shows_them(self, client, alice, correcting, place):
        client.force_login(alice)
        choose(client, place, "point_1_upload")

        assert "图.pdf" in client.get(place).text

    def test_leaves_out_what_is_ticked(self, client, alice, correcting, place):
        client.force_login(alice)
        choose(client, place, "point_1_upload")
        (kept,) = ChosenFile.objects.all()
        typed = {f"point_{number}_text": "已改" for number in (1, 2)}

        client.post(place, typed | {"version": correcting.version, "chosen-out": str(kept.pk)})

        assert not correcting.documents.filter(filename="图.pdf").exists()
        assert not ChosenFile.objects.exists()

    def test_that_others_overtook_keeps_them(self, client, alice, omar, correcting, place):
        client.force_login(alice)
        typed = {"version": 0, "point_1_upload": upload(), "point_2_text": "已签"}

        client.post(place, typed)

        assert names(place, alice) == ["图.pdf"]

    def test_does_not_keep_what_is_no_good(self, client, alice, correcting, place):
        client.force_login(alice)
        bad = upload("坏.pdf", b"<html>")

        client.post(place, {"version": correcting.version, "point_1_upload": bad})

        assert names(place, alice) == []

    def test_of_the_vault_keeps_its_file(self, client, alice, firm):
        client.force_login(alice)
        address = reverse("approvals:add_material")
        kind = MaterialKind.objects.get(name="营业执照")

        client.post(address, {"upload": upload()})
        client.post(address, {"kind": kind.code, "enterprise": str(firm.pk)})

        assert Document.objects.filter(filename="图.pdf", kind=kind).exists()

    def test_of_a_commitment_keeps_its_file(self, client, alice, submitted):
        client.force_login(alice)
        commitment = submitted.commitments.create(
            source="tolerant", text="总平面图", due_on=MONDAY, made_at=MONDAY
        )
        address = commitment.get_absolute_url()

        client.post(address, {"upload": upload(), "valid_until": "2001-01-01"})
        client.post(address, {"valid_until": ""})

        commitment.refresh_from_db()
        assert commitment.document.filename == "图.pdf"

    def test_of_one_kind_leaves_the_others_of_its_page_alone(self, client, alice, project):
        client.force_login(alice)
        page = reverse("approvals:project_materials", args=[project.pk])
        needed = client.get(page).context["needs"]
        first, second = (need.kind.code for need, _form in needs_lacking(needed)[:2])
        for code in (first, second):
            choose(client, page, f"{code}-upload")

        client.post(reverse("approvals:project_materials_upload", args=[project.pk, first]))

        assert Document.objects.filter(kind__code=first, filename="图.pdf").exists()
        assert [each.field for each in ChosenFile.objects.all()] == [f"{second}-upload"]

    def test_at_the_desk_keeps_its_file(self, client, omar, granted):
        client.force_login(omar)
        address = desk_of(granted, "deliver")

        refused = client.post(address, {"version": granted.version, "document": upload()})

        assert refused.status_code == 200
        assert names(address, omar) == ["图.pdf"]
        assert "图.pdf" in refused.text


def needs_lacking(needs):
    return [(need, form) for need, form in needs if need.is_lacking]


class TestScript:
    """What static/js/upload.js asks for."""

    def test_is_told_what_is_kept(self, client, alice):
        client.force_login(alice)

        answer = choose(client, "/items/1/submit/", "more")

        assert "图.pdf" in answer.json()["kept"]

    def test_is_told_why_a_file_is_refused(self, client, alice):
        client.force_login(alice)
        bad = upload("坏.pdf", b"<html>")

        answer = client.post(ADDRESS, {"place": "/x/", "field": "more", "upload": bad})

        assert answer.status_code == 400
        assert "坏.pdf" in answer.json()["errors"][0]

    def test_renews_its_token_while_signed_in(self, client, alice):
        client.force_login(alice)

        assert client.get(ADDRESS).json()["token"]

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_led_to_sign_in_without_a_session(self, client, method):
        answer = getattr(client, method)(ADDRESS)

        assert answer.status_code == 302
        assert "/accounts/login/" in answer.url

    @pytest.mark.parametrize("place", ["", "https://example.com/", "/" + 300 * "x"])
    def test_names_an_address_of_ours(self, client, alice, place):
        client.force_login(alice)

        assert choose(client, place, "more").status_code == 400

    def test_of_a_field_for_one_file_keeps_the_last(self, client, alice):
        client.force_login(alice)
        for name in ("一.pdf", "二.pdf"):
            choose(client, "/x/", "file", name, only="1")

        assert names("/x/", alice) == ["二.pdf"]


class TestKept:
    def test_is_ones_own(self, client, alice, bob, correcting, place):
        client.force_login(alice)
        choose(client, place, "point_1_upload")

        assert names(place, bob) == []

    def test_is_no_material_of_the_firm(self, client, alice):
        client.force_login(alice)

        choose(client, "/x/", "more")

        assert not Document.objects.exists()

    def test_is_bounded(self, alice, monkeypatch):
        monkeypatch.setattr(chosen_files, "MOST_CHOSEN", 1)
        asked = {"by": alice, "at": MONDAY, "place": "/x/", "field": "more"}
        operations.choose_file(upload("一.pdf"), **asked)

        with pytest.raises(NotAllowed):
            operations.choose_file(upload("二.pdf"), **asked)

    def test_goes_after_a_week_with_its_file(self, alice):
        asked = {"by": alice, "place": "/x/", "field": "more"}
        old = operations.choose_file(upload("一.pdf"), at=MONDAY, **asked)
        new = operations.choose_file(upload("二.pdf"), at=MONDAY + timedelta(6), **asked)

        operations.remove_old_chosen_files(MONDAY + timedelta(8))

        assert [*ChosenFile.objects.all()] == [new]
        assert not default_storage.exists(old.file.name)
        assert default_storage.exists(new.file.name)
