"""Files are shown to the virus scanner; until it has passed one, only its sender has it."""

from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.urls import reverse

from huadu_portal.clamd import Away, NotScanned, Scanner, TooLarge
from huadu_portal.notifications.models import Delivery, Kind, Notification, Sweep
from projects import operations, tasks
from projects.models import Document, MaterialKind, Scan
from projects.operations import scans
from tests.approvals.moments import at_once
from tests.clamd import EICAR, SAMPLE, clamd  # noqa: F401
from tests.conftest import DAY, DESCRIPTION, HOUR, MONDAY, PDF
from tests.projects.conftest import add, office_file

SOMEWHERE = urlsplit("tcp://127.0.0.1:1")


@pytest.fixture
def document(ready, alice):
    """Handed in with the application."""
    document = ready.documents.first()
    operations.submit_application(ready, by=alice, at=MONDAY, fields=DESCRIPTION)
    return document


MINUTE = HOUR / 60
OLD, NEW = "ClamAV 1.4.3/27500", "ClamAV 1.4.3/27501"


@pytest.fixture
def configured(settings, monkeypatch):
    settings.CLAMD_URL = SOMEWHERE
    has_signatures(monkeypatch, OLD)


def has_signatures(monkeypatch, version):
    monkeypatch.setattr(Scanner, "version", lambda self: version)


def judged(document, scan, virus=""):
    Document.objects.filter(pk=document.pk).update(scan=scan, virus=virus, scanned_at=MONDAY)


def away():
    raise Away("gone")


def saying(monkeypatch, *verdicts):
    """The scanner's verdicts, in their order; then it is away."""
    waiting = list(verdicts)

    def scan(self, file):
        verdict = waiting.pop(0) if waiting else Away("gone")
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    monkeypatch.setattr(Scanner, "scan", scan)


def states():
    return list(Document.objects.order_by("pk").values_list("scan", flat=True))


class TestHandingOut:
    def answer(self, client, document, user):
        client.force_login(user)
        return client.get(document.get_absolute_url())

    def test_without_a_scanner_the_checks_of_content_release(self, client, document, wei):
        assert self.answer(client, document, wei).getvalue() == PDF

    @pytest.mark.parametrize("scan", [Scan.UNSCANNED, Scan.TOO_LARGE])
    @pytest.mark.usefixtures("configured")
    def test_what_is_not_judged_only_its_firm_has(self, client, document, alice, wei, scan):
        judged(document, scan)

        assert self.answer(client, document, alice).getvalue() == PDF
        kept_back = self.answer(client, document, wei)
        assert kept_back.status_code == 409
        assert "Content-Disposition" not in kept_back

    @pytest.mark.usefixtures("configured")
    def test_a_colleague_in_the_firm_has_it_too(self, client, document, firm, bob):
        firm.memberships.create(user=bob, state="active", asked_at=MONDAY)

        assert self.answer(client, document, bob).getvalue() == PDF

    @pytest.mark.usefixtures("configured")
    def test_what_government_has_put_in_waits_for_the_firm_too(
        self, client, firm, alice, wei, licence
    ):
        document = operations.add_document(
            firm,
            by=wei,
            at=MONDAY,
            kind=licence,
            upload=ContentFile(PDF, name="照.pdf"),
            source="shared",
        )

        assert self.answer(client, document, alice).status_code == 409
        assert self.answer(client, document, wei).getvalue() == PDF

    @pytest.mark.usefixtures("configured")
    def test_what_is_clean_everybody_has(self, client, document, wei):
        judged(document, Scan.CLEAN)

        assert self.answer(client, document, wei).getvalue() == PDF

    @pytest.mark.parametrize("is_set_up", [True, False])
    def test_what_is_infected_nobody_has(
        self, client, document, alice, wei, settings, is_set_up
    ):
        settings.CLAMD_URL = SOMEWHERE if is_set_up else None
        judged(document, Scan.INFECTED, "Eicar")

        for user in (alice, wei):
            assert self.answer(client, document, user).status_code == 403

    @pytest.mark.usefixtures("configured")
    def test_a_program_is_told_when_to_come_again(self, client, document, wei):
        client.force_login(wei)
        link = client.get(f"/api/v1/documents/{document.pk}/download/").json()["url"]

        response = client.get(link)

        assert response.status_code == 409
        assert response["Content-Type"] == "application/problem+json"
        assert response["Retry-After"] == "60"

    @pytest.fixture
    def licence(self, catalogue):
        return MaterialKind.objects.get(name="营业执照")


@pytest.mark.usefixtures("configured")
class TestSweep:
    def test_writes_what_the_scanner_says(self, document, monkeypatch):
        saying(monkeypatch, "", "Eicar", TooLarge("x"))

        assert scans.scan_due(MONDAY)

        assert states() == ["too_large", "infected", "clean"]
        assert Document.objects.get(scan="infected").virus == "Eicar"

    def test_away_means_wait(self, document, monkeypatch):
        saying(monkeypatch)

        scans.scan_due(MONDAY)

        assert set(states()) == {"unscanned"}
        assert not Document.objects.exclude(scanned_at=None).exists()

    def test_away_is_logged_while_something_waits(self, document, monkeypatch, caplog):
        saying(monkeypatch, *[""] * 20)
        scans.scan_due(MONDAY)
        monkeypatch.setattr(Scanner, "version", lambda scanner: away())

        scans.scan_due(MONDAY)
        assert "files wait" not in caplog.text
        Document.objects.update(scan="unscanned", scanned_at=None)
        scans.scan_due(MONDAY)
        assert "files wait" in caplog.text

    def test_goes_on_where_it_was_once_the_scanner_is_back(self, document, monkeypatch):
        saying(monkeypatch, "")
        scans.scan_due(MONDAY)
        saying(monkeypatch, *[""] * 20)

        scans.scan_due(MONDAY)

        assert set(states()) == {"clean"}

    def test_one_that_cannot_be_judged_holds_up_nobody(self, document, monkeypatch):
        saying(monkeypatch, NotScanned("x"), *[""] * 20)

        scans.scan_due(MONDAY)

        assert states().count("unscanned") == 1
        assert "clean" in states()

    def test_the_newest_comes_first(self, document, alice, monkeypatch):
        newest = add(
            operations.start_application(document.enterprise, by=alice, at=MONDAY), alice
        )
        saying(monkeypatch, "")

        scans.scan_due(MONDAY)

        assert Document.objects.get(scan=Scan.CLEAN) == newest

    def test_one_that_cannot_be_judged_is_tried_again_soon(self, document, monkeypatch):
        """The scanner may only have been started anew meanwhile."""
        saying(monkeypatch, NotScanned("x"), *[""] * 20)
        scans.scan_due(MONDAY)
        saying(monkeypatch, *[""] * 20)

        scans.scan_due(MONDAY + MINUTE / 2)
        assert "unscanned" in states()
        scans.scan_due(MONDAY + MINUTE)
        assert "unscanned" not in states()

    def test_then_an_hour_later(self, document, monkeypatch):
        saying(monkeypatch, NotScanned("x"), *[""] * 20)
        scans.scan_due(MONDAY)
        saying(monkeypatch, NotScanned("x"))
        scans.scan_due(MONDAY + MINUTE)
        saying(monkeypatch, *[""] * 20)

        scans.scan_due(MONDAY + HOUR / 2)
        assert "unscanned" in states()
        scans.scan_due(MONDAY + MINUTE + HOUR)
        assert "unscanned" not in states()

    def test_one_too_large_waits_an_hour(self, document, monkeypatch):
        saying(monkeypatch, TooLarge("x"), *[""] * 20)
        scans.scan_due(MONDAY)
        saying(monkeypatch, *[""] * 20)

        scans.scan_due(MONDAY + HOUR / 2)
        assert "too_large" in states()
        scans.scan_due(MONDAY + HOUR)
        assert "too_large" not in states()

    def test_a_lost_file_is_passed_over(self, document, monkeypatch):
        document.file.delete(save=False)
        saying(monkeypatch, *[""] * 20)

        scans.scan_due(MONDAY)

        assert states().count("unscanned") == 1

    def test_what_is_judged_is_not_shown_again(self, document, monkeypatch):
        saying(monkeypatch, *[""] * 20)
        scans.scan_due(MONDAY)
        saying(monkeypatch, *["Eicar"] * 20)

        scans.scan_due(MONDAY + DAY)

        assert set(states()) == {"clean"}

    def test_leaves_to_the_next_what_does_not_fit_its_turn(self, document, monkeypatch):
        monkeypatch.setattr(scans, "TURN", -1)

        assert scans.scan_due(MONDAY) is False

    def test_is_on_record(self, document, monkeypatch):
        saying(monkeypatch, *[""] * 20)

        tasks.scan_files()

        assert Sweep.objects.filter(kind=Sweep.Kind.SCANS).exists()


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


class TestRealClamd:
    """From upload to verdict, as it runs beside a worker."""

    @pytest.fixture(autouse=True)
    def real(self, clamd, settings):  # noqa: F811
        settings.CLAMD_URL = clamd

    @pytest.mark.parametrize("sample", [SAMPLE, EICAR])
    @pytest.mark.parametrize("suffix", ["docx", "pdf"])
    def test_finds_it_in_what_was_uploaded(self, draft, alice, sample, suffix):
        clean, sick = add(draft, alice, name="好.pdf"), add(draft, alice, name="坏.pdf")
        content = PDF + sample if suffix == "pdf" else office_file({"word/a.xml": sample})
        sick.file.save("x", ContentFile(content))

        scans.scan_due(MONDAY)

        clean.refresh_from_db()
        sick.refresh_from_db()
        assert (clean.scan, sick.scan) == ("clean", "infected")
        assert clean.signatures.startswith("ClamAV ")
        assert sick.virus.startswith("Portal.")
