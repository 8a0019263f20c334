"""Handing an item in: by the firm, with its materials."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.models import Holder, Status
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.notifications.models import Notification
from projects.models import Document, MaterialKind
from projects.operations import add_document
from tests.approvals.moments import told, url_of
from tests.conftest import DAY, MONDAY, PDF, stock


def material(firm, by, kind, name="方案.pdf"):
    upload = ContentFile(PDF, name=name)
    return add_document(firm, by=by, at=MONDAY, kind=kind, upload=upload)


def kinds_of(item):
    requirements = item.approval_type.requirements.select_related("kind")
    return [requirement.kind for requirement in requirements]


def files_for(item):
    return {
        f"upload_{kind.code}": ContentFile(PDF, name=f"{kind.name[:20]}.pdf")
        for kind in kinds_of(item)
    }


class TestOperation:
    @pytest.fixture
    def item(self, item, alice):
        """With all its materials in the firm's vault."""
        stock(item, alice)
        return item

    def test_the_department_has_it_from_now_on(self, item, alice):
        submitted = operations.submit(item, by=alice, at=MONDAY, version=item.version)

        assert submitted.status == Status.SUBMITTED
        assert submitted.spans.get(ended_at=None).holder == Holder.DEPARTMENT

    def test_the_notice_limit_is_counted_in_working_days(self, item, alice):
        submitted = operations.submit(item, by=alice, at=MONDAY, version=item.version)

        assert submitted.notice_due_on == date(2025, 3, 10)

    def test_it_gets_a_number_and_keeps_it(self, item, alice):
        submitted = operations.submit(item, by=alice, at=MONDAY, version=item.version)

        assert submitted.number.startswith("HD440114")

    def test_its_officers_are_told(self, item, alice, omar, olga):
        operations.submit(item, by=alice, at=MONDAY, version=item.version)

        assert told("item_submitted") == ["omar"]

    def test_anothers_document_is_refused(self, item, alice, other_firm, bob):
        theirs = material(other_firm, bob, kinds_of(item)[0])

        with pytest.raises(ValidationError):
            operations.submit(
                item, by=alice, at=MONDAY, version=item.version, documents=[theirs]
            )

    def test_a_stale_version_is_refused(self, item, alice):
        with pytest.raises(Stale):
            operations.submit(item, by=alice, at=MONDAY, version=item.version + 1)

    def test_a_planned_item_cannot_be_handed_in(self, project, alice):
        planned = project.items.filter(status=Status.PLANNED).first()

        with pytest.raises(NotAllowed):
            operations.submit(planned, by=alice, at=MONDAY, version=planned.version)

    def test_an_officer_cannot_hand_in(self, item, omar):
        with pytest.raises(PermissionDenied):
            operations.submit(item, by=omar, at=MONDAY, version=item.version)

    def test_it_cannot_lie_before_the_last_event(self, item, alice):
        with pytest.raises(NotAllowed):
            operations.submit(item, by=alice, at=MONDAY - DAY, version=item.version)


class TestPage:
    def test_uploads_are_kept_and_attached(self, client, alice, item):
        client.force_login(alice)
        typed = {"version": item.version, "note": "请予受理"} | files_for(item)

        response = client.post(url_of(item, "submit"), typed)

        item.refresh_from_db()
        assert response.url == item.get_absolute_url()
        assert item.status == Status.SUBMITTED
        assert {d.kind for d in item.documents.all()} == set(kinds_of(item))

    def test_what_the_firm_holds_is_chosen_already(self, client, alice, firm, item):
        held = material(firm, alice, kinds_of(item)[0])
        client.force_login(alice)

        form = client.get(url_of(item, "submit")).context["form"]

        assert form[f"held_{held.kind.code}"].initial == [held.pk]

    def test_what_the_firm_holds_need_not_be_sent_again(self, client, alice, firm, item):
        held = [material(firm, alice, kind) for kind in kinds_of(item)]
        client.force_login(alice)
        typed = {f"held_{document.kind.code}": [document.pk] for document in held}

        client.post(url_of(item, "submit"), {"version": item.version} | typed)

        item.refresh_from_db()
        assert set(item.documents.all()) == set(held)

    def test_anothers_document_cannot_be_chosen(self, client, alice, item, other_firm, bob):
        kind = kinds_of(item)[0]
        theirs = material(other_firm, bob, kind)
        client.force_login(alice)
        typed = {"version": item.version, f"held_{kind.code}": [theirs.pk]}
        without = files_for(item)
        del without[f"upload_{kind.code}"]

        client.post(url_of(item, "submit"), typed | without)

        item.refresh_from_db()
        assert (item.status, item.documents.count()) == (Status.READY, 0)

    def test_a_missing_material_is_named_and_typed_text_stays(self, client, alice, item):
        client.force_login(alice)

        response = client.post(
            url_of(item, "submit"), {"version": item.version, "note": "请予受理"}
        )

        form = response.context["form"]
        assert f"upload_{kinds_of(item)[0].code}" in form.errors
        assert "请予受理" in response.content.decode()

    def test_a_tolerable_material_may_be_missing(self, client, alice, item):
        requirement = item.approval_type.requirements.first()
        requirement.is_tolerable = True
        requirement.save()
        files = files_for(item)
        del files[f"upload_{requirement.kind.code}"]
        client.force_login(alice)

        typed = {"version": item.version, "commit_by": "2025-04-01"} | files
        client.post(url_of(item, "submit"), typed)

        item.refresh_from_db()
        assert item.status == Status.SUBMITTED
        assert item.commitments.get().due_on == date(2025, 4, 1)

    def test_a_tolerable_material_is_promised_for_a_day(self, client, alice, item):
        requirement = item.approval_type.requirements.first()
        requirement.is_tolerable = True
        requirement.save()
        files = files_for(item)
        del files[f"upload_{requirement.kind.code}"]
        client.force_login(alice)

        response = client.post(url_of(item, "submit"), {"version": item.version} | files)

        assert "commit_by" in response.context["form"].errors

    def test_a_hostile_file_is_refused_and_nothing_is_kept(self, client, alice, item):
        client.force_login(alice)
        kind = kinds_of(item)[0]
        typed = files_for(item) | {
            "version": item.version,
            f"upload_{kind.code}": ContentFile(b"MZ\x90", name="方案.pdf"),
        }

        response = client.post(url_of(item, "submit"), typed)

        assert f"upload_{kind.code}" in response.context["form"].errors
        assert Document.objects.count() == 0

    def test_a_stale_page_is_told_and_stores_nothing(self, client, alice, item):
        client.force_login(alice)
        typed = {"version": item.version + 1} | files_for(item)

        response = client.post(url_of(item, "submit"), typed, follow=True)

        assert response.redirect_chain == [("..", 302)]
        assert response.context["item"] == item
        assert Document.objects.count() == 0

    def test_another_firm_finds_nothing(self, client, stranger_to_firm, item):
        client.force_login(stranger_to_firm)

        assert client.get(url_of(item, "submit")).status_code == 404

    def test_an_officer_of_the_department_may_not(self, client, omar, item):
        client.force_login(omar)

        assert client.get(url_of(item, "submit")).status_code == 403

    def test_a_refused_act_tells_nobody(self, client, alice, omar, item):
        client.force_login(alice)
        before = Notification.objects.count()

        client.post(url_of(item, "submit"), {"version": item.version})

        assert Notification.objects.count() == before

    def test_other_materials_go_under_a_kind_of_their_own(self, client, alice, item):
        client.force_login(alice)
        more = ContentFile(PDF, name="说明.pdf")
        typed = {"version": item.version, "more": more} | files_for(item)

        client.post(url_of(item, "submit"), typed)

        other = MaterialKind.objects.get(name="其他材料")
        assert item.documents.filter(kind=other).count() == 1
