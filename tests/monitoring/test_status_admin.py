"""The status page: what it calls well and what it does not."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import translation

from huadu_portal.monitoring import metrics, status
from huadu_portal.notifications.models import Delivery, Sweep
from huadu_portal.notifications.operations import send_account_mail
from projects.models import Document, MaterialKind
from projects.operations import add_document
from tests.conftest import DAY, MONDAY


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(status, "_redis_answers", lambda: False)


def said(at=MONDAY):
    """Whether each fact is well, by its label."""
    facts = [fact for _title, facts in status.groups(at) for fact in facts]
    facts += status.background()
    return {str(fact.label): fact.is_well for fact in facts}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class TestSweeps:
    @pytest.mark.parametrize(
        ("ago", "is_well"), [(timedelta(seconds=90), True), (timedelta(minutes=3), False)]
    )
    def test_are_well_for_two_minutes(self, db, ago, is_well):
        Sweep.record(Sweep.Kind.REMIND, MONDAY - ago)

        assert said()[str(Sweep.Kind.REMIND.label)] is is_well

    def test_that_never_ran_are_not(self, db):
        assert said()[str(Sweep.Kind.DELIVER.label)] is False


class TestMail:
    def test_that_waits_for_a_day_needs_attention(self, db):
        send_account_mail("a@example.com", "s", "b", at=MONDAY)

        later = said(MONDAY + DAY)

        assert [said()["oldest mail due"], later["oldest mail due"]] == [
            True,
            False,
        ]

    def test_given_up_needs_attention(self, db):
        send_account_mail("a@example.com", "s", "b", at=MONDAY)
        Delivery.objects.update(state=Delivery.State.DEAD)

        assert said()["mails given up"] is False


def test_papers_that_wait_are_not_called_mail(db):
    facts = [fact for _title, facts in status.groups(MONDAY) for fact in facts]
    shown = {str(fact.label): str(fact.value) for fact in facts}

    assert shown["oldest paper without its PDF"] == "no paper is waiting for its PDF"
    assert shown["oldest mail due"] == "no mail waits"


def test_the_newest_event_is_checked_against_the_one_before(submitted):
    assert said()["history chain"] is True


class TestFiles:
    def test_without_a_scanner_it_says_so(self, db):
        (fact,) = status._scanner(unjudged=0)

        assert fact.is_well is None
        assert "checks of content" in str(fact.value)

    def test_a_scanner_that_is_away_needs_attention(self, db, settings):
        settings.CLAMD_URL = urlsplit("tcp://127.0.0.1:1")

        assert said()["virus scanner"] is False

    def test_a_file_with_a_virus_needs_attention(self, db, firm, alice, pdf):
        assert said()["files with a virus, kept back"] is True
        kind = MaterialKind.objects.first()
        document = add_document(firm, by=alice, at=MONDAY, kind=kind, upload=pdf)
        Document.objects.filter(pk=document.pk).update(scan="infected", virus="x")

        assert said()["files with a virus, kept back"] is False

    def test_the_figures_are_there_for_a_monitoring(self, db, firm, alice, pdf, settings):
        kind = MaterialKind.objects.first()
        document = add_document(firm, by=alice, at=MONDAY, kind=kind, upload=pdf)
        assert "portal_files_unscanned 0.0" in metrics.metrics_text(MONDAY).decode()
        settings.CLAMD_URL = urlsplit("tcp://127.0.0.1:1")
        assert "portal_files_unscanned 1.0" in metrics.metrics_text(MONDAY).decode()
        Document.objects.filter(pk=document.pk).update(scan="infected", virus="x")

        shown = metrics.metrics_text(MONDAY).decode()

        assert "portal_files_infected 1.0" in shown
        assert "portal_files_unscanned 0.0" in shown


class TestBackground:
    def test_is_fetched_by_the_page_and_not_waited_for(self, client, tom, monkeypatch):
        asked = []
        monkeypatch.setattr(status, "_redis_answers", lambda: asked.append(1) or False)
        client.force_login(tom)

        page = client.get("/admin/status/").content.decode()
        assert asked == []
        assert 'hx-get="/admin/status/background/"' in page

        part = client.get("/admin/status/background/").content.decode()
        assert asked == [1]
        assert "Redis" in part
        assert "<html" not in part

    def test_is_for_whoever_may_see_the_status_alone(self, client, wei):
        client.force_login(wei)

        assert client.get("/admin/status/background/").status_code == 403
