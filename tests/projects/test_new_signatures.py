"""Files judged anew by new signatures, and what becomes of those found infected."""

import pytest
from django.core.files.base import ContentFile

from huadu_portal.clamd import Away, NotScanned, Scanner, TooLarge
from huadu_portal.notifications.models import Kind, Notification
from projects.models import Document, Scan
from projects.operations import scans
from tests.approvals.moments import at_once
from tests.conftest import DAY, HOUR, MONDAY, PDF
from tests.projects.conftest import add
from tests.projects.scanner import NEW, OLD, has_signatures, judged, saying, states


@pytest.mark.usefixtures("configured")
class TestNewSignatures:
    """What was passed by other ones, of the last thirty days, is shown again."""

    @pytest.fixture
    def passed(self, document, monkeypatch):
        """All is clean by the old signatures; the scanner has new ones."""
        saying(monkeypatch, *[""] * 20)
        scans.scan_due(MONDAY)
        has_signatures(monkeypatch, NEW)
        document.refresh_from_db()
        return document

    def again(self, monkeypatch, *verdicts, at=MONDAY + DAY):
        saying(monkeypatch, *verdicts)
        return scans.scan_due(at)

    def signatures(self):
        return list(Document.objects.order_by("pk").values_list("signatures", flat=True))

    def test_the_verdict_says_by_which_it_was_given(self, passed):
        assert set(self.signatures()) == {OLD}

    def test_what_is_still_clean_is_clean_by_the_new_ones(self, passed, monkeypatch):
        assert self.again(monkeypatch, *[""] * 20)

        assert (set(states()), set(self.signatures())) == ({"clean"}, {NEW})

    def test_once(self, passed, monkeypatch):
        self.again(monkeypatch, *[""] * 20)

        self.again(monkeypatch, *["Eicar"] * 20, at=MONDAY + 2 * DAY)

        assert set(states()) == {"clean"}

    def test_what_has_a_virus_after_all_nobody_gets_any_more(
        self, client, passed, alice, wei, monkeypatch
    ):
        self.again(monkeypatch, "Eicar", *[""] * 20)

        sick = Document.objects.get(scan=Scan.INFECTED)
        assert (sick.virus, sick.signatures) == ("Eicar", NEW)
        for user in (alice, wei):
            client.force_login(user)
            assert client.get(sick.get_absolute_url()).status_code == 403
        rows = Notification.objects.filter(kind=Kind.DOCUMENT_INFECTED)
        told = rows.values_list("recipient__username", flat=True)
        assert sorted(told) == ["alice", "wei"]

    def test_the_officer_who_was_given_it_is_told_too(self, submitted, omar, monkeypatch):
        given = submitted.documents.first()
        Document.objects.exclude(pk=given.pk).update(file="")
        given.file.save("x.pdf", ContentFile(PDF))
        judged(given, Scan.CLEAN)

        self.again(monkeypatch, "Eicar")

        told = omar.notifications.get(kind=Kind.DOCUMENT_INFECTED)
        assert (told.url, told.subject_id) == (submitted.get_absolute_url(), submitted.pk)

    @pytest.mark.parametrize("verdict", [Away("x"), NotScanned("x"), TooLarge("x")])
    def test_what_is_no_virus_takes_nothing_away(
        self, client, passed, wei, monkeypatch, verdict
    ):
        self.again(monkeypatch, *[verdict] * 20)

        assert set(states()) == {"clean"}
        client.force_login(wei)
        assert client.get(passed.get_absolute_url()).status_code == 200

    def test_one_that_could_not_be_judged_is_tried_an_hour_later(self, passed, monkeypatch):
        self.again(monkeypatch, NotScanned("x"), *[""] * 20)
        assert self.signatures().count(OLD) == 1

        self.again(monkeypatch, *[""] * 20, at=MONDAY + DAY + HOUR / 2)
        assert self.signatures().count(OLD) == 1
        self.again(monkeypatch, *[""] * 20, at=MONDAY + DAY + HOUR)
        assert set(self.signatures()) == {NEW}

    def test_a_sweep_shows_a_few(self, passed, monkeypatch):
        monkeypatch.setattr(scans, "AGAIN", 1)

        self.again(monkeypatch, *[""] * 20)

        assert self.signatures().count(NEW) == 1

    def test_those_never_shown_come_first(self, passed, alice, monkeypatch):
        never = passed.application.documents.last()
        Document.objects.filter(pk=never.pk).update(scan=Scan.UNSCANNED, scanned_at=None)

        self.again(monkeypatch, "Eicar")

        assert Document.objects.get(scan=Scan.INFECTED) == never

    @pytest.mark.parametrize(("days", "left"), [(29, 0), (30, 3)])
    def test_older_ones_are_left_alone(self, passed, monkeypatch, days, left):
        self.again(monkeypatch, *[""] * 20, at=MONDAY + days * DAY)

        assert self.signatures().count(OLD) == left

    def test_for_as_many_days_as_is_set(self, passed, settings, monkeypatch):
        settings.CLAMD_RESCAN_DAYS = 0

        self.again(monkeypatch, *[""] * 20)

        assert set(self.signatures()) == {OLD}

    def test_a_scanner_that_does_not_name_its_own_starts_nothing(self, passed, monkeypatch):
        has_signatures(monkeypatch, "")

        self.again(monkeypatch, *[""] * 20)

        assert set(self.signatures()) == {OLD}

    @pytest.mark.django_db(transaction=True)
    def test_of_several_sweeps_at_once_one_tells(self, draft, alice, wei, monkeypatch, caplog):
        judged(add(draft, alice), Scan.CLEAN)
        monkeypatch.setattr(Scanner, "scan", lambda self, file: "Eicar")

        assert at_once(*[lambda: scans.scan_due(MONDAY + DAY)] * 4) == ["done"] * 4

        assert caplog.messages.count("virus found") == 1
        assert Notification.objects.filter(kind=Kind.DOCUMENT_INFECTED).count() == 2
