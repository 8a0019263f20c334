"""Files are shown to the virus scanner; until it has passed one, only its sender has it."""

import pytest
from django.core.files.base import ContentFile

from huadu_portal.clamd import NotScanned, Scanner, TooLarge
from huadu_portal.notifications.models import Sweep
from projects import operations, tasks
from projects.models import Document, MaterialKind, Scan
from projects.operations import scans
from tests.clamd import EICAR, SAMPLE, clamd  # noqa: F401
from tests.conftest import DAY, HOUR, MONDAY, PDF
from tests.projects.conftest import add, office_file
from tests.projects.scanner import SOMEWHERE, away, judged, saying, states

MINUTE = HOUR / 60


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
