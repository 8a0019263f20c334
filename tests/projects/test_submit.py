"""Handing in: once, however often and from wherever it is pressed."""

import threading
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from huadu_portal.notifications.models import Kind, Notification
from projects import operations
from projects.models import Application, ApplicationStatus, Document, MaterialKind
from projects.operations import applications
from tests.conftest import DAY, DESCRIPTION, MONDAY, PDF
from tests.projects.conftest import TYPED, add

CONFIRMED = {"confirmed": "on"}


def url(application, name="submit"):
    return reverse(f"projects:{name}", args=[application.pk])


def submit(application, by, fields=DESCRIPTION, **more):
    return operations.submit_application(application, by=by, at=MONDAY, fields=fields, **more)


class TestOperation:
    def test_gives_a_number_and_a_day_for_the_answer(self, draft, alice):
        application = submit(draft, alice)

        assert application.number == "SB20250303-0001"
        assert application.due_on.isoformat() == "2025-03-06"

    def test_keeps_the_number_when_it_comes_back(self, a_return, alice):
        number, epoch = a_return.number, a_return.epoch

        application = operations.submit_application(
            a_return, by=alice, at=MONDAY + DAY, fields=DESCRIPTION | {"name": "改名"}
        )

        assert (application.number, application.name) == (number, "改名")
        assert application.epoch == epoch + 1
        assert application.due_on.isoformat() == "2025-03-07"

    @pytest.mark.django_db(transaction=True)
    def test_two_at_the_same_time_are_one(self, draft, alice, wei, monkeypatch):
        both_have_read = threading.Barrier(2)
        published = applications.calendar()

        def meet():
            # With the lock only one comes here, and waits in vain for the other.
            with suppress(threading.BrokenBarrierError):
                both_have_read.wait(timeout=1)
            return published

        monkeypatch.setattr(applications, "calendar", meet)
        outcomes = []

        def press():
            try:
                outcomes.append(submit(draft, alice).number)
            except Exception as error:
                outcomes.append(type(error).__name__)
            finally:
                connection.close()

        presses = [threading.Thread(target=press) for _ in range(2)]
        for thread in presses:
            thread.start()
        for thread in presses:
            thread.join()

        assert outcomes == ["SB20250303-0001"] * 2
        assert draft.events.count() == 1
        waiting = Notification.objects.filter(kind=Kind.APPLICATION_WAITING)
        assert waiting.count() == 1


class TestPage:
    def test_writes_what_was_typed_and_shows_the_receipt(self, client, alice, ready):
        client.force_login(alice)

        response = client.post(url(ready), CONFIRMED)

        ready.refresh_from_db()
        assert response.url == url(ready, "receipt")
        assert ready.status == ApplicationStatus.SUBMITTED
        assert (ready.name, str(ready.investment_wan)) == (TYPED["name"], "68000.00")
        assert (ready.energy_tce, ready.area_assessed) == (1200, True)

    def test_pressed_twice_is_one(self, client, alice, ready, wei):
        client.force_login(alice)

        responses = [client.post(url(ready), CONFIRMED) for _press in range(2)]

        assert {response.url for response in responses} == {url(ready, "receipt")}
        assert ready.events.count() == 1
        assert wei.notifications.count() == alice.notifications.count() == 1

    def test_lists_each_problem_with_the_way_to_its_field(self, client, alice, ready):
        operations.save_draft(ready, by=alice, at=MONDAY, typed={"site": "", "town": "0"})
        client.force_login(alice)

        response = client.post(url(ready), CONFIRMED)

        land = reverse("projects:step", args=[ready.pk, "land"])
        assert f'href="{land}#id_site"' in response.text
        assert f'href="{land}#id_town"' in response.text
        ready.refresh_from_db()
        assert ready.status == ApplicationStatus.DRAFT

    def test_asks_for_the_confirmation(self, client, alice, ready):
        client.force_login(alice)

        response = client.post(url(ready), {})

        assert "confirmed" in response.context["form"].errors
        ready.refresh_from_db()
        assert ready.status == ApplicationStatus.DRAFT

    def test_hands_in_again_under_the_same_number(self, client, alice, ready, wei):
        client.force_login(alice)
        client.post(url(ready), CONFIRMED)
        ready.refresh_from_db()
        number = ready.number
        operations.return_application(
            ready, by=wei, at=ready.submitted_at, version=ready.version, missing=["补正"]
        )
        step = reverse("projects:step", args=[ready.pk, "project"])
        client.post(step, {"name": "改后名称", "was-name": TYPED["name"]})

        client.post(url(ready), CONFIRMED)

        ready.refresh_from_db()
        assert (ready.number, ready.name) == (number, "改后名称")
        assert ready.status == ApplicationStatus.SUBMITTED

    def test_looking_at_the_address_hands_nothing_in(self, client, alice, ready):
        client.force_login(alice)

        response = client.get(url(ready))

        assert response.url == reverse("projects:step", args=[ready.pk, "review"])
        ready.refresh_from_db()
        assert ready.status == ApplicationStatus.DRAFT

    def test_of_a_withdrawn_one_is_refused(self, client, alice, ready):
        operations.withdraw_application(ready, by=alice, at=MONDAY, version=ready.version)
        client.force_login(alice)

        response = client.post(url(ready), CONFIRMED)

        ready.refresh_from_db()
        assert response.status_code == 302
        assert ready.status == ApplicationStatus.WITHDRAWN

    def test_another_firm_does_not_know_of_it(self, client, ready, stranger_to_firm):
        client.force_login(stranger_to_firm)

        assert client.post(url(ready), CONFIRMED).status_code == 404

    def test_is_not_for_the_window(self, client, a_return, wei):
        client.force_login(wei)

        assert client.post(url(a_return), CONFIRMED).status_code == 403

    def test_asks_for_sign_in(self, client, ready):
        assert client.post(url(ready)).url == f"/accounts/login/?next={url(ready)}"


class TestWithdraw:
    def post(self, client, application, version):
        return client.post(url(application, "withdraw"), {"version": version, "note": "改期"})

    def test_asks_first(self, client, alice, application):
        client.force_login(alice)

        client.get(url(application, "withdraw"))

        application.refresh_from_db()
        assert application.is_waiting

    def test_takes_it_back(self, client, alice, application):
        client.force_login(alice)

        self.post(client, application, application.version)

        application.refresh_from_db()
        assert application.status == ApplicationStatus.WITHDRAWN
        assert application.events.last().note == "改期"

    def test_is_refused_when_the_window_was_quicker(self, client, alice, a_return):
        client.force_login(alice)

        response = self.post(client, a_return, a_return.version - 1)

        a_return.refresh_from_db()
        assert response.status_code == 302
        assert a_return.status == ApplicationStatus.RETURNED

    def test_another_firm_does_not_know_of_it(self, client, application, stranger_to_firm):
        client.force_login(stranger_to_firm)

        assert self.post(client, application, 1).status_code == 404


class TestUnchanged:
    """A returned application that is submitted again with nothing changed."""

    @pytest.fixture
    def returned(self, client, alice, ready, wei):
        client.force_login(alice)
        client.post(url(ready), CONFIRMED)
        ready.refresh_from_db()
        return operations.return_application(
            ready, by=wei, at=ready.submitted_at, version=ready.version, missing=["补正"]
        )

    def again(self, client, application, **typed):
        return client.post(url(application), CONFIRMED | typed)

    def test_is_warned_of_by_page_and_taken_once_confirmed(self, client, returned):
        review = client.get(reverse("projects:step", args=[returned.pk, "review"]))
        refused = self.again(client, returned)
        returned.refresh_from_db()
        was = returned.status
        self.again(client, returned, unchanged="on")

        assert "unchanged" in review.context["form"].fields
        assert [*refused.context["form"].errors] == ["unchanged"]
        returned.refresh_from_db()
        assert (was, returned.status) == ("returned", "submitted")

    def test_is_refused_by_api_by_field(self, client, returned):
        address = f"/api/v1/applications/{returned.pk}/submit/"

        refused = client.post(address, {}, content_type="application/json")
        taken = client.post(address, {"unchanged": True}, content_type="application/json")

        assert refused.status_code == 400
        assert "unchanged" in str(refused.json())
        assert taken.status_code == 200

    def test_is_not_said_of_one_with_another_field(self, client, alice, returned):
        operations.save_draft(returned, by=alice, at=MONDAY, typed={"land_mu": "81"})

        self.again(client, returned)

        returned.refresh_from_db()
        assert returned.status == "submitted"

    def test_is_not_said_of_one_with_a_new_file(self, returned, alice):
        since = returned.events.last().at
        operations.add_document(
            returned.enterprise,
            by=alice,
            at=since + DAY,
            kind=MaterialKind.objects.get(name="其他材料"),
            upload=ContentFile(PDF, name="补充.pdf"),
            application=returned,
        )

        assert submit(returned, alice).status == "submitted"


class TestStatusPage:
    def test_says_by_when_there_will_be_an_answer(self, client, alice, application):
        client.force_login(alice)

        page = client.get(application.get_absolute_url()).text

        assert application.number in page
        assert "2025年3月6日" in page

    def test_a_return_names_the_day_by_which_it_is_mended(self, alice, a_return):
        returned = alice.notifications.get(kind=Kind.APPLICATION_RETURNED)

        assert returned.params["due"] == a_return.due_on.isoformat()

    def test_lists_what_is_missing_until_it_is_handed_in_again(self, client, alice, a_return):
        client.force_login(alice)

        assert client.get(a_return.get_absolute_url()).context["returned"].missing == [
            "缺少投资协议。",
            "用地面积有误。",
        ]

        submit(a_return, alice, unchanged=True)

        assert not client.get(a_return.get_absolute_url()).context["returned"]

    def test_of_a_return_leads_to_what_has_to_be_mended(self, client, alice, wei, application):
        """Page, list and mail: the list, the window's note, the step where it is mended."""
        a_return = operations.return_application(
            application,
            by=wei,
            at=MONDAY,
            version=application.version,
            missing=["营业执照：印章不清"],
            note="可先电话咨询窗口",
        )
        client.force_login(alice)
        client.cookies["django_language"] = "en"

        page = client.get(a_return.get_absolute_url()).text
        listed = client.get(reverse("projects:applications")).text

        assert "可先电话咨询窗口" in page
        assert "Please complete and submit it" not in page
        first = page.index("btn btn-primary")
        materials = reverse("projects:step", args=[a_return.pk, "materials"])
        assert materials in page[first : first + 200]
        assert "See what to correct" in listed
        told = alice.notifications.get(kind=Kind.APPLICATION_RETURNED)
        assert "可先电话咨询窗口" in told.deliveries.get().body

    def test_leads_to_the_project_once_there_is_one(self, client, alice, project):
        client.force_login(alice)

        page = client.get(project.application.get_absolute_url()).text

        assert project.get_absolute_url() in page

    def test_is_shown_to_the_window_without_buttons_of_the_firm(self, client, wei, application):
        client.force_login(wei)

        page = client.get(application.get_absolute_url()).text

        assert url(application, "withdraw") not in page

    @pytest.mark.parametrize("name", ["omar", "tom", "stranger_to_firm"])
    def test_is_unknown_to_those_it_is_not_for(self, client, application, name, request):
        client.force_login(request.getfixturevalue(name))

        assert client.get(application.get_absolute_url()).status_code == 404


class TestReceipt:
    def test_says_number_and_day(self, client, alice, application):
        client.force_login(alice)

        page = client.get(url(application, "receipt")).text

        assert application.number in page
        assert "2025年3月6日" in page

    def test_as_pdf_holds_the_number_and_the_files(self, client, alice, ready):
        client.force_login(alice)
        client.post(url(ready), CONFIRMED)

        response = client.get(url(ready, "receipt_pdf"))

        text = text_of(response)
        ready.refresh_from_db()
        assert ready.number in text
        assert TYPED["name"] in text
        assert Document.objects.first().filename in text
        assert Document.objects.first().kind.name in "".join(text.split())
        assert response["Content-Type"] == "application/pdf"

    def test_of_a_draft_is_not_there(self, client, alice, draft):
        client.force_login(alice)

        assert client.get(url(draft, "receipt")).status_code == 404
        assert client.get(url(draft, "receipt_pdf")).status_code == 404

    @pytest.mark.parametrize("name", ["receipt", "receipt_pdf"])
    def test_another_firm_does_not_know_of_it(
        self, client, application, stranger_to_firm, name
    ):
        client.force_login(stranger_to_firm)

        assert client.get(url(application, name)).status_code == 404


def text_of(response):
    return "".join(
        page.extract_text() for page in PdfReader(BytesIO(response.getvalue())).pages
    )


class TestList:
    def test_shows_a_persons_own_only(self, client, alice, application, other_project):
        client.force_login(alice)

        assert list(client.get("/apply/").context["page"]) == [application]

    def test_asks_as_often_for_many_as_for_one(
        self, client, alice, firm, application, django_assert_max_num_queries
    ):
        client.force_login(alice)
        client.get("/apply/")
        with django_assert_max_num_queries(20) as for_one:
            client.get("/apply/")
        for _number in range(5):
            operations.start_application(firm, by=alice, at=MONDAY)

        with django_assert_max_num_queries(len(for_one)):
            client.get("/apply/")

    def test_is_paged(self, client, alice, firm, monkeypatch):
        monkeypatch.setattr("projects.views.application.PER_PAGE", 1)
        for _number in range(2):
            operations.start_application(firm, by=alice, at=MONDAY)
        client.force_login(alice)

        assert client.get("/apply/?page=2").context["page"].number == 2

    def test_offers_to_start_when_there_is_none(self, client, alice, firm):
        client.force_login(alice)

        assert reverse("projects:start") in client.get("/apply/").text

    def test_is_not_for_approval_officers(self, client, omar):
        client.force_login(omar)

        assert client.get("/apply/").status_code == 403

    def test_asks_for_sign_in(self, client):
        assert client.get("/apply/").url == "/accounts/login/?next=/apply/"


def test_a_file_put_in_after_the_return_belongs_to_it(a_return, alice):
    document = add(a_return, alice)

    assert list(Application.objects.get(pk=a_return.pk).documents.all()) == [document]
