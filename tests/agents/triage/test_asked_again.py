"""The window asks again for a material that is already here: only with a reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from huadu_portal.clock import civil_day
from projects import operations
from projects.models import MaterialKind
from projects.operations import MaterialRequest
from tests.conftest import MONDAY, PDF

TODAY = civil_day(MONDAY)


def kind(name="营业执照"):
    return MaterialKind.objects.get(name=name)


@pytest.fixture
def licence(application, alice):
    """Kept for all projects of the firm."""
    return operations.add_document(
        application.enterprise,
        by=alice,
        at=MONDAY,
        kind=kind(),
        upload=ContentFile(PDF, name="执照.pdf"),
    )


def returned(application, by, *requests):
    return operations.return_application(
        application, by=by, at=MONDAY, version=application.version, materials=requests
    )


class TestOperation:
    def test_refuses_without_a_reason(self, application, wei, licence):
        with pytest.raises(ValidationError, match="营业执照"):
            returned(application, wei, MaterialRequest(licence.kind))

        application.refresh_from_db()
        assert application.is_waiting

    def test_tells_the_reason_with_the_kind(self, application, wei, licence):
        returned(application, wei, MaterialRequest(licence.kind, "副本模糊不清"))

        assert application.events.last().missing == ["营业执照：副本模糊不清"]

    def test_needs_no_reason_for_what_has_expired(self, application, wei, licence):
        licence.valid_until = TODAY - timedelta(days=1)
        licence.save()

        returned(application, wei, MaterialRequest(licence.kind))

        assert application.events.last().missing == ["营业执照"]

    def test_needs_no_reason_for_what_is_not_here(self, application, wei):
        returned(application, wei, MaterialRequest(kind("设计方案文本")))

        assert application.events.last().missing == ["设计方案文本"]


class TestDesk:
    def url(self, application):
        return f"/admin/projects/application/{application.pk}/acts/return/"

    def test_says_at_the_kind_that_a_reason_is_needed(self, client, application, wei, licence):
        client.force_login(wei)
        typed = {"version": application.version, "kinds": licence.kind.pk, "note": "请尽快"}

        response = client.post(self.url(application), typed)

        form = response.context["form"]
        assert form.errors.keys() == {f"reason_{licence.kind.code}"}
        assert "请尽快" in response.text

    def test_returns_it_with_the_reason(self, client, application, wei, licence):
        client.force_login(wei)

        client.post(
            self.url(application),
            {
                "version": application.version,
                "kinds": licence.kind.pk,
                f"reason_{licence.kind.code}": "已变更法定代表人",
            },
        )

        assert application.events.last().missing == ["营业执照：已变更法定代表人"]

    def test_something_has_to_be_missing(self, client, application, wei):
        client.force_login(wei)

        response = client.post(self.url(application), {"version": application.version})

        assert response.context["form"].errors.keys() == {"missing"}


class TestApi:
    def send(self, client, application, **body):
        return client.post(
            f"/api/v1/applications/{application.pk}/return/",
            {"version": application.version} | body,
            content_type="application/json",
        )

    def test_without_a_reason_is_bad_input(self, client, application, wei, licence):
        client.force_login(wei)

        response = self.send(client, application, materials=[{"kind": licence.kind.code}])

        assert response.status_code == 400
        assert application.events.last().missing == []

    def test_with_a_reason_is_done(self, client, application, wei, licence):
        client.force_login(wei)
        asked = [{"kind": licence.kind.code, "reason": "副本模糊不清"}]

        response = self.send(client, application, materials=asked)

        assert response.status_code == 200
        assert response.json()["events"][-1]["missing"] == ["营业执照：副本模糊不清"]
