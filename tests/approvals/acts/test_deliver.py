"""Handing over the result document."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.models import ApprovalItem, Certificate, Status
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring.reconcile import histories
from projects.models import Document
from tests.approvals.moments import by_api, delivered_by, desk_of, result_file, told, url_of
from tests.conftest import DAY, MONDAY, PDF

NUMBER, WHY = "花规许〔2025〕1号", "本事项只作备案，不发证件"
NOTHING = {"nothing_to_hand_over": True, "note": WHY}


def deliver(item, by, **fields):
    return delivered_by(item, by, MONDAY + 2 * DAY, **fields)


def nothing(item, by, **asked):
    asked = NOTHING | asked
    return operations.deliver(item, by=by, at=MONDAY + 2 * DAY, version=item.version, **asked)


class TestOperation:
    def test_the_certificate_is_issued_on_the_day_of_the_decision(self, granted, omar):
        deliver(granted, omar, certificate_number="花规许〔2025〕1号")

        certificate = granted.certificate
        assert (certificate.number, certificate.issued_on) == (
            "花规许〔2025〕1号",
            date(2025, 3, 4),
        )

    @pytest.mark.parametrize(
        ("lacking", "field"),
        [
            ({"certificate_number": ""}, "certificate_number"),
            ({"certificate_number": "  "}, "certificate_number"),
            ({"document": None}, "document"),
        ],
    )
    def test_number_and_file_are_needed(self, granted, omar, lacking, field):
        with pytest.raises(ValidationError) as refusal:
            deliver(granted, omar, **lacking)

        granted.refresh_from_db()
        assert list(refusal.value.message_dict) == [field]
        assert granted.status == Status.GRANTED

    def test_an_empty_delivery_closes_nothing(self, granted, omar):
        with pytest.raises(ValidationError) as refusal:
            operations.deliver(granted, by=omar, at=MONDAY + 2 * DAY, version=granted.version)

        granted.refresh_from_db()
        assert list(refusal.value.message_dict) == ["certificate_number", "document"]
        assert granted.status == Status.GRANTED

    def test_where_there_is_nothing_the_reason_stands_on_the_item(self, granted, omar):
        delivered = nothing(granted, omar)

        event = delivered.events.last()
        assert (delivered.status, delivered.reason) == (Status.DELIVERED, WHY)
        assert (event.act, event.note) == ("deliver_nothing", WHY)
        assert not Certificate.objects.exists()
        assert list(histories.of_item(delivered)) == []

    @pytest.mark.parametrize("why", ["", " "])
    def test_nothing_needs_a_reason(self, granted, omar, why):
        with pytest.raises(ValidationError) as refusal:
            nothing(granted, omar, note=why)

        assert list(refusal.value.message_dict) == ["note"]

    @pytest.mark.parametrize("given", [{"certificate_number": NUMBER}, {"document": True}])
    def test_nothing_and_something_contradict_each_other(self, granted, omar, given):
        if "document" in given:
            given = {"document": result_file(granted, omar)}

        with pytest.raises(ValidationError) as refusal:
            nothing(granted, omar, **given)

        assert list(refusal.value.message_dict) == ["nothing_to_hand_over"]

    def test_the_paper_says_that_there_was_nothing(self, granted, omar):
        said = nothing(granted, omar).papers.last().paper.data["paragraphs"]

        assert "没有需要送达的证照、文件" in said[0]
        assert WHY in said[1]

    def test_a_file_of_another_firm_is_refused(self, granted, omar, other_project):
        strange = result_file(SimpleNamespace(project=other_project), omar)
        strange.project = other_project

        with pytest.raises(ValidationError) as refusal:
            deliver(granted, omar, document=strange)

        assert list(refusal.value.message_dict) == ["document"]

    def test_an_infected_file_is_refused(self, granted, omar):
        file = result_file(granted, omar)
        file.scan, file.virus = "infected", "Eicar-Test-Signature"

        with pytest.raises(ValidationError) as refusal:
            deliver(granted, omar, document=file)

        assert list(refusal.value.message_dict) == ["document"]

    def test_it_cannot_expire_before_it_is_issued(self, granted, omar):
        with pytest.raises(ValidationError):
            deliver(
                granted,
                omar,
                certificate_number="1",
                issued_on=date(2025, 3, 4),
                valid_until=date(2025, 3, 3),
            )

    def test_the_firm_and_its_agent_are_told(self, granted, omar):
        deliver(granted, omar)

        assert told("item_delivered") == ["alice", "ann"]

    def test_the_window_may_hand_it_over(self, granted, wei):
        assert deliver(granted, wei).status == Status.DELIVERED

    def test_the_firm_may_not(self, granted, alice):
        with pytest.raises(PermissionDenied):
            deliver(granted, alice)

    def test_what_is_not_granted_cannot_be_delivered(self, accepted, omar):
        with pytest.raises(NotAllowed):
            deliver(accepted, omar)


class TestPage:
    def post(self, client, item, **typed):
        return client.post(url_of(item, "deliver"), {"version": item.version} | typed)

    def test_the_firm_downloads_the_file_under_its_name(self, client, omar, alice, granted):
        client.force_login(omar)
        file = ContentFile(PDF, name="许可证正本.pdf")
        self.post(client, granted, certificate_number=NUMBER, document=file)
        client.force_login(alice)
        page = client.get(granted.get_absolute_url())
        document = page.context["certificate"].document

        response = client.get(f"{granted.get_absolute_url()}documents/{document.pk}/")

        assert b"".join(response.streaming_content) == PDF
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "%E8%AE%B8%E5%8F%AF%E8%AF%81" in response.headers["Content-Disposition"]

    @pytest.mark.parametrize("address", [url_of, desk_of])
    @pytest.mark.parametrize(
        ("typed", "fields"),
        [
            ({}, ["certificate_number", "document"]),
            ({"certificate_number": NUMBER}, ["document"]),
            ({"nothing_to_hand_over": "on"}, ["note"]),
            (
                {"nothing_to_hand_over": "on", "note": WHY, "certificate_number": NUMBER},
                ["nothing_to_hand_over"],
            ),
        ],
    )
    def test_what_lacks_is_asked_beside_its_field(
        self, client, omar, granted, address, typed, fields
    ):
        client.force_login(omar)

        typed = {"version": granted.version, "issued_on": "2025-03-04"} | typed
        response = client.post(address(granted, "deliver"), typed)

        granted.refresh_from_db()
        assert list(response.context["form"].errors) == fields
        assert "2025-03-04" in response.text
        assert granted.status == Status.GRANTED

    def test_a_file_without_a_number_is_asked_about(self, client, omar, granted):
        client.force_login(omar)

        response = self.post(client, granted, document=ContentFile(PDF, name="证.pdf"))

        assert list(response.context["form"].errors) == ["certificate_number"]
        assert not Document.objects.filter(filename="证.pdf").exists()

    @pytest.mark.parametrize("address", [url_of, desk_of])
    def test_nothing_to_hand_over_is_a_choice_of_its_own(self, client, omar, granted, address):
        client.force_login(omar)

        typed = {"version": granted.version, "nothing_to_hand_over": "on", "note": WHY}
        client.post(address(granted, "deliver"), typed)

        granted.refresh_from_db()
        assert (granted.status, granted.reason) == (Status.DELIVERED, WHY)

    def test_a_validity_that_ends_too_soon_is_asked_about(self, client, omar, granted):
        client.force_login(omar)

        response = self.post(
            client,
            granted,
            certificate_number="1",
            document=ContentFile(PDF, name="证.pdf"),
            issued_on="2025-03-04",
            valid_until="2025-03-03",
        )

        assert "valid_until" in response.context["form"].errors

    def test_what_the_database_would_refuse_is_said_on_the_form(self, client, omar, granted):
        # Issued on the day of the decision, which the form does not know of.
        client.force_login(omar)

        response = self.post(
            client,
            granted,
            certificate_number="1",
            document=ContentFile(PDF, name="证.pdf"),
            valid_until="2020-01-01",
        )

        granted.refresh_from_db()
        assert response.context["form"].non_field_errors()
        assert granted.status == Status.GRANTED


class TestApi:
    def test_delivers_the_file_that_was_uploaded_before(self, client, omar, granted):
        file = result_file(granted, omar)

        response = by_api(
            client, omar, granted, "deliver", certificate_number=NUMBER, document=str(file.pk)
        )

        assert response.status_code == 200
        assert (granted.certificate.number, granted.certificate.document) == (NUMBER, file)

    def test_an_empty_body_is_refused_by_field(self, client, omar, granted):
        response = by_api(client, omar, granted, "deliver")

        assert response.status_code == 400
        assert [*response.json()["errors"]] == ["certificate_number", "document"]

    def test_a_file_that_one_may_not_have_is_not_there(self, client, omar, alice, granted):
        kept = result_file(granted, alice)

        response = by_api(
            client, omar, granted, "deliver", certificate_number=NUMBER, document=str(kept.pk)
        )

        assert (response.status_code, *response.json()["errors"]) == (400, "document")

    def test_nothing_without_a_reason_is_refused(self, client, omar, granted):
        response = by_api(client, omar, granted, "deliver", nothing_to_hand_over=True)

        assert (response.status_code, *response.json()["errors"]) == (400, "note")


class TestWhatWasDeliveredBefore:
    @pytest.fixture
    def old(self, granted):
        """As a release before this one left it."""
        now = MONDAY + 2 * DAY
        ApprovalItem.objects.filter(pk=granted.pk).update(status="delivered", delivered_at=now)
        granted.refresh_from_db()
        return granted

    def mark(self):
        migration = import_module("approvals.migrations.0036_lacks_result_data")
        migration.mark(apps, None)

    def test_is_marked_where_number_or_file_lacks(self, old):
        self.mark()

        old.refresh_from_db()
        assert old.lacks_result

    def test_is_left_alone_where_both_are_there(self, granted, omar):
        delivered = deliver(granted, omar)

        self.mark()

        delivered.refresh_from_db()
        assert not delivered.lacks_result

    def test_the_desk_lists_it(self, client, omar, old):
        self.mark()
        client.force_login(omar)

        page = client.get("/admin/approvals/approvalitem/?tab=all&result=lacking")

        assert [item.pk for item in page.context["cl"].result_list] == [old.pk]

    def test_reconcile_names_what_is_neither_marked_nor_proven(self, old):
        said = [finding.rule for finding in histories.of_item(old)]
        old.lacks_result = True

        assert "I10" in said
        assert "I10" not in [finding.rule for finding in histories.of_item(old)]


class TestCompleting:
    """What was delivered without number or file, by whoever delivers."""

    @pytest.fixture
    def old(self, granted):
        ApprovalItem.objects.filter(pk=granted.pk).update(
            status="delivered", delivered_at=MONDAY + 2 * DAY, lacks_result=True
        )
        granted.refresh_from_db()
        return granted

    def test_adds_number_and_file_and_keeps_the_delivery(self, client, old, omar):
        client.force_login(omar)
        assert (
            "complete_result" in client.get(desk_of(old, "").replace("acts//", "change/")).text
        )
        before = old.delivered_at

        client.post(
            desk_of(old, "complete_result"),
            {
                "version": old.version,
                "certificate_number": NUMBER,
                "document": ContentFile(PDF, name="证.pdf"),
            },
        )

        old.refresh_from_db()
        assert (old.lacks_result, old.status, old.delivered_at) == (
            False,
            Status.DELIVERED,
            before,
        )
        assert (old.certificate.number, old.certificate.issued_on) == (NUMBER, date(2025, 3, 4))
        assert old.certificate.document
        assert old.events.last().act == "complete_result"
        assert [finding for finding in histories.of_item(old) if finding.rule == "I10"] == []

    def test_by_api_with_a_file_of_before(self, client, old, omar):
        file = result_file(old, omar)

        said = by_api(
            client,
            omar,
            old,
            "complete_result",
            certificate_number=NUMBER,
            document=str(file.pk),
        )

        assert said.status_code == 200
        assert old.certificate.document == file

    def test_keeps_the_number_of_before_in_the_history(self, old, omar):
        Certificate.objects.create(
            item=old,
            number="旧1号",
            issuer=old.department,
            issued_on=date(2025, 3, 4),
            document=None,
        )

        operations.complete_result(
            old,
            by=omar,
            at=MONDAY + 9 * DAY,
            version=old.version,
            certificate_number=NUMBER,
            document=result_file(old, omar),
        )

        assert Certificate.objects.get(item=old).number == NUMBER
        assert "旧1号" in old.events.last().note

    def test_takes_a_reason_where_there_was_nothing(self, client, old, omar):
        refused = by_api(client, omar, old, "complete_result", nothing_to_hand_over=True)
        said = by_api(client, omar, old, "complete_result", **NOTHING)

        old.refresh_from_db()
        assert (refused.status_code, said.status_code) == (400, 200)
        assert (old.reason, old.lacks_result) == (WHY, False)

    def test_is_not_for_what_lacks_nothing_or_for_another_department(
        self, client, old, omar, olga, alice
    ):
        for who in (olga, alice):
            assert by_api(client, who, old, "complete_result", **NOTHING).status_code in {
                403,
                404,
            }
        ApprovalItem.objects.update(lacks_result=False)

        assert by_api(client, omar, old, "complete_result", **NOTHING).status_code == 409
