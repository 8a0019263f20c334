"""A department asks again for a material that is already here: only with a reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.models import AskedMaterial, Status
from huadu_portal.clock import civil_day
from projects.models import Document, MaterialKind
from projects.operations import MaterialRequest, add_document
from tests.approvals.moments import by_api, url_of
from tests.conftest import MONDAY, PDF

TODAY = civil_day(MONDAY)


@pytest.fixture
def conditions(project, alice):
    """Kept for the project; the design review asks for it."""
    return add_document(
        project.enterprise,
        by=alice,
        at=MONDAY,
        kind=MaterialKind.objects.get(name="规划条件"),
        upload=ContentFile(PDF, name="规划条件.pdf"),
        project=project,
    )


def asked(item, by, *requests):
    return operations.request_correction(
        item, by=by, at=MONDAY, version=item.version, materials=requests
    )


def forget_others(item, document):
    """Of this kind nothing but the document is here, and it was not handed in."""
    item.documents.clear()
    Document.objects.filter(kind=document.kind).exclude(pk=document.pk).delete()


class TestOperation:
    def test_refuses_without_a_reason(self, submitted, omar, conditions):
        with pytest.raises(ValidationError, match="规划条件"):
            asked(submitted, omar, MaterialRequest(conditions.kind))

        submitted.refresh_from_db()
        assert submitted.status == Status.SUBMITTED

    def test_tells_and_keeps_the_reason(self, submitted, omar, conditions):
        asked(submitted, omar, MaterialRequest(conditions.kind, "版本已更新"))

        assert submitted.corrections.get().missing == ["规划条件：版本已更新"]
        assert AskedMaterial.objects.get().reason == "版本已更新"

    def test_needs_no_reason_for_what_has_expired(self, submitted, omar, conditions):
        forget_others(submitted, conditions)
        conditions.valid_until = TODAY - timedelta(days=1)
        conditions.save()

        asked(submitted, omar, MaterialRequest(conditions.kind))

        assert submitted.corrections.get().missing == ["规划条件"]

    def test_needs_no_reason_for_another_projects(
        self, submitted, omar, conditions, other_project
    ):
        forget_others(submitted, conditions)
        conditions.project = other_project
        conditions.save()

        asked(submitted, omar, MaterialRequest(conditions.kind))

        assert submitted.corrections.get().missing == ["规划条件"]


class TestPage:
    def test_says_at_the_kind_that_a_reason_is_needed(
        self, client, omar, submitted, conditions
    ):
        client.force_login(omar)
        typed = {"version": submitted.version, "kinds": conditions.kind.pk, "note": "速补"}

        response = client.post(url_of(submitted, "request_correction"), typed)

        assert response.context["form"].errors.keys() == {f"reason_{conditions.kind.code}"}
        assert "速补" in response.text

    def test_asks_with_the_reason(self, client, omar, submitted, conditions):
        client.force_login(omar)
        typed = {
            "version": submitted.version,
            "kinds": conditions.kind.pk,
            f"reason_{conditions.kind.code}": "缺少附图",
        }

        client.post(url_of(submitted, "request_correction"), typed)

        assert submitted.corrections.get().missing == ["规划条件：缺少附图"]


class TestApi:
    def test_without_a_reason_is_bad_input(self, client, omar, submitted, conditions):
        materials = [{"kind": conditions.kind.code}]

        response = by_api(client, omar, submitted, "request_correction", materials=materials)

        assert response.status_code == 400
        assert not submitted.corrections.exists()

    def test_with_a_reason_is_done(self, client, omar, submitted, conditions):
        materials = [{"kind": conditions.kind.code, "reason": "版本已更新"}]

        response = by_api(client, omar, submitted, "request_correction", materials=materials)

        assert response.status_code == 200
        assert submitted.corrections.get().missing == ["规划条件：版本已更新"]


class TestHandingIn:
    def test_is_not_offered_what_has_expired(self, client, alice, item, conditions):
        conditions.valid_until = TODAY
        conditions.save()
        client.force_login(alice)

        form = client.get(url_of(item, "submit")).context["form"]

        assert f"held_{conditions.kind.code}" not in form.fields
