"""A virus that was found is said beside the file and told to those who have it."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from huadu_portal.clamd import Scanner
from huadu_portal.notifications.models import Delivery, Kind, Notification
from projects.models import Document, MaterialKind, Scan
from projects.operations import scans
from tests.approvals.moments import at_once
from tests.conftest import DAY, MONDAY
from tests.projects.conftest import add
from tests.projects.scanner import judged, saying


@pytest.mark.usefixtures("configured")
class TestBesideTheFile:
    """What the firm reads in its application."""

    REPLACE, REMOVE = "须更换为无病毒的文件", "请删除，或更换为无病毒的文件"

    def pages(self, client, application, alice):
        client.force_login(alice)
        steps = [reverse("projects:step", args=[application.pk, "materials"])]
        return [client.get(it).text for it in [*steps, application.get_absolute_url()]]

    def test_one_not_checked_yet_asks_nothing_of_it(self, client, ready, alice):
        for page in self.pages(client, ready, alice):
            assert "系统将自动检查，您无须操作" in page

    def test_one_checked_needs_no_words(self, client, ready, alice):
        Document.objects.update(scan=Scan.CLEAN)

        for page in self.pages(client, ready, alice):
            assert "系统将自动检查" not in page

    def test_one_with_a_virus_of_a_required_kind_is_to_be_replaced(self, client, ready, alice):
        judged(ready.documents.first(), Scan.INFECTED, "Eicar")

        for page in self.pages(client, ready, alice):
            assert (self.REPLACE in page, self.REMOVE in page) == (True, False)

    def test_one_of_another_kind_may_be_removed(self, client, ready, alice):
        kind = MaterialKind.objects.filter(with_application=True, is_required=False).first()
        judged(add(ready, alice, kind=kind), Scan.INFECTED, "Eicar")

        for page in self.pages(client, ready, alice):
            assert (self.REPLACE in page, self.REMOVE in page) == (False, True)

    def test_not_once_it_is_submitted(self, client, document, alice):
        MaterialKind.objects.update(is_required=False)
        judged(document, Scan.INFECTED, "Eicar")
        client.force_login(alice)

        page = client.get(document.application.get_absolute_url()).text

        assert (self.REPLACE in page, self.REMOVE in page) == (True, False)


class TestWithoutScanner:
    def test_nothing_is_asked(self, document, monkeypatch, django_assert_num_queries):
        saying(monkeypatch, "Eicar")

        with django_assert_num_queries(0):
            assert scans.scan_due(MONDAY)


@pytest.mark.usefixtures("configured")
class TestTelling:
    @pytest.fixture
    def infected(self, document, wei, monkeypatch):
        saying(monkeypatch, "Eicar")
        scans.scan_due(MONDAY)
        return Document.objects.get(scan=Scan.INFECTED)

    def told(self):
        rows = Notification.objects.filter(kind=Kind.DOCUMENT_INFECTED)
        return sorted(rows.values_list("recipient__username", flat=True))

    def test_the_firm_and_the_window_are_told_once(self, infected, monkeypatch):
        saying(monkeypatch, *["Eicar"] * 20)
        Document.objects.filter(pk=infected.pk).update(scan=Scan.UNSCANNED, virus="")

        scans.scan_due(MONDAY + DAY)

        keys = Notification.objects.filter(event_key__contains=str(infected.pk))
        assert sorted(keys.values_list("recipient__username", flat=True)) == ["alice", "wei"]

    def test_by_mail_at_once_and_in_words(self, infected):
        mail = Delivery.objects.filter(notification__kind=Kind.DOCUMENT_INFECTED).first()

        assert infected.filename in mail.subject + mail.body
        assert mail.state == Delivery.State.PENDING

    def test_the_row_and_its_history_stay(self, infected, document):
        assert infected.sha256 == document.sha256
        assert infected.file.storage.exists(infected.file.name)

    def test_the_page_it_leads_to_says_why(self, client, infected, alice):
        client.force_login(alice)
        url = alice.notifications.get(kind=Kind.DOCUMENT_INFECTED).url

        assert client.get(url).status_code == 403

    @pytest.mark.django_db(transaction=True)
    def test_of_several_sweeps_at_once_one_tells(self, draft, alice, wei, monkeypatch):
        add(draft, alice)
        monkeypatch.setattr(Scanner, "scan", lambda self, file: "Eicar")

        assert at_once(*[lambda: scans.scan_due(MONDAY)] * 4) == ["done"] * 4

        assert self.told() == ["alice", "wei"]

    def test_the_database_holds_that_a_virus_has_a_name(self, document):
        with pytest.raises(IntegrityError):
            judged(document, Scan.INFECTED)
