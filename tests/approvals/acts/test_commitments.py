"""What was promised in writing: brought, missed, watched, counted."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import translation

from approvals.acts import operations
from approvals.acts.kinds import CommitmentAct
from approvals.models import Commitment, CommitmentState, ItemEvent, Status
from huadu_portal.clock import civil_day
from huadu_portal.dashboard.figures import summary
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Notification
from projects.models import Document, MaterialKind
from tests.approvals.moments import at_once, reminded, swept, told, waiting_for_each_other
from tests.conftest import DAY, MONDAY, SHANGHAI, person, stock

# The Tuesday after Qingming, whose Friday is a day off.
BY = date(2025, 4, 8)
IN_TIME, LATE = MONDAY + 10 * DAY, MONDAY + 40 * DAY


def morning(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


@pytest.fixture
def promise(item, alice):
    """One material may follow later; Alice hands the item in and promises it."""
    documents = stock(item, alice)
    documents[0].delete()
    item.approval_type.requirements.filter(kind=documents[0].kind).update(is_tolerable=True)
    operations.submit(item, by=alice, at=MONDAY, version=item.version, commit_by=BY)
    return item.commitments.get()


@pytest.fixture
def accepted_item(promise, omar):
    item = promise.item
    item.refresh_from_db()
    return operations.accept(item, by=omar, at=MONDAY, version=item.version)


@pytest.fixture
def document(promise, alice):
    """What was promised, in Alice's vault."""
    (document,) = stock(promise.item, alice)
    return document


def missed():
    with translation.override("zh-hans"):
        return f'<span class="tag tag-red">{CommitmentState.MISSED.label}</span>'


def keep(promise, by, document, at=IN_TIME, **said):
    return operations.keep_commitment(promise, by=by, at=at, document=document, **said)


class TestKeeping:
    def test_the_firm_brings_what_it_has_promised(self, promise, alice, document):
        kept = keep(promise, alice, document)

        assert (kept.fulfilled_at, kept.document) == (IN_TIME, document)
        assert document in promise.item.documents.all()

    def test_it_stands_in_the_history(self, promise, alice, document):
        keep(promise, alice, document, note="原件已送窗口")

        event = ItemEvent.objects.filter(item=promise.item).last()
        assert (event.act, event.by, event.from_status) == (
            "keep_commitment",
            alice,
            event.to_status,
        )
        assert document.filename in event.note
        assert "原件已送窗口" in event.note

    def test_the_officer_is_told(self, accepted_item, promise, alice, document):
        keep(promise, alice, document)

        assert told("commitment_kept") == ["omar"]

    @pytest.mark.parametrize("who", ["wei", "chen"])
    def test_the_centre_may_bring_it_for_the_firm(self, promise, who, document, request):
        kept = keep(promise, request.getfixturevalue(who), document)

        assert kept.state_on(BY) == CommitmentState.KEPT

    def test_so_may_the_agent(self, promise, ann, document):
        assert keep(promise, ann.user, document).fulfilled_at == IN_TIME

    @pytest.mark.parametrize("who", ["omar", "olga", "bob", "li"])
    def test_nobody_else_may(self, promise, who, document, request):
        with pytest.raises(PermissionDenied):
            keep(promise, request.getfixturevalue(who), document)

    def test_late_is_better_than_never_and_seen_to_be_late(self, promise, alice, document):
        kept = keep(promise, alice, document, at=LATE)

        assert kept.state_on(civil_day(LATE)) == CommitmentState.KEPT_LATE

    def test_the_last_day_is_in_time(self, promise, alice, document):
        kept = keep(promise, alice, document, at=morning(BY))

        assert kept.state_on(BY) == CommitmentState.KEPT

    def test_it_is_kept_once(self, promise, alice, document):
        keep(promise, alice, document)

        with pytest.raises(NotAllowed):
            keep(promise, alice, document, at=LATE)

    def test_after_the_result_was_delivered_too(self, accepted_item, promise, omar, alice):
        granted = operations.grant(
            accepted_item, by=omar, at=MONDAY + DAY, version=accepted_item.version
        )
        operations.deliver(granted, by=omar, at=MONDAY + DAY, version=granted.version)
        (document,) = stock(promise.item, alice)

        keep(promise, alice, document)

        promise.item.refresh_from_db()
        assert promise.item.status == Status.DELIVERED
        assert promise.item.commitments.get().document == document

    def test_of_an_item_that_came_to_nothing_it_is_not_owed(self, promise, alice, document):
        item = promise.item
        item.refresh_from_db()
        operations.withdraw(item, by=alice, at=MONDAY, version=item.version)

        with pytest.raises(NotAllowed):
            keep(promise, alice, document)
        promise.refresh_from_db()
        assert promise.state_on(civil_day(LATE)) == CommitmentState.LAPSED

    def test_what_silence_has_decided_comes_first(self, promise, alice, document):
        promise.item.refresh_from_db()

        keep(promise, alice, document, at=LATE)

        acts = promise.item.events.order_by("number").values_list("act", flat=True)
        assert list(acts)[-2:] == ["deem", "keep_commitment"]

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_keeps_it(
        self, catalogue, promise, alice, wei, document, monkeypatch
    ):
        check = waiting_for_each_other(CommitmentAct.check)
        monkeypatch.setattr(CommitmentAct, "check", check)

        outcomes = at_once(
            lambda: keep(promise, alice, document), lambda: keep(promise, wei, document)
        )

        assert outcomes == ["NotAllowed", "done"]


class TestDocument:
    def refused(self, promise, by, document):
        with pytest.raises(ValidationError) as refusal:
            keep(promise, by, document)
        return list(refusal.value.message_dict) == ["document"]

    def test_has_to_be_of_the_firm(self, promise, wei, document, other_firm):
        Document.objects.filter(pk=document.pk).update(enterprise=other_firm)

        assert self.refused(promise, wei, document)

    def test_has_to_be_the_newest_version(self, promise, alice, document):
        newer = Document.objects.exclude(pk=document.pk).first()
        Document.objects.filter(pk=document.pk).update(replaced_by=newer)

        assert self.refused(promise, alice, document)

    def test_has_to_be_of_the_kind_that_was_promised(self, promise, alice, document):
        document.kind = MaterialKind.objects.get(name="其他材料")
        document.save()

        assert self.refused(promise, alice, document)

    def test_may_be_of_any_kind_where_none_was_named(self, promise, alice, document):
        Commitment.objects.update(material=None)
        document.kind = MaterialKind.objects.get(name="其他材料")
        document.save()

        assert keep(promise, alice, document).document == document

    def test_has_to_be_valid_today(self, promise, alice, document):
        document.valid_until = civil_day(IN_TIME - DAY)
        document.save()

        assert self.refused(promise, alice, document)

    def test_may_expire_today(self, promise, alice, document):
        document.valid_until = civil_day(IN_TIME)
        document.save()

        assert keep(promise, alice, document).document == document

    def test_is_there_whenever_it_is_kept(self, promise):
        with pytest.raises(IntegrityError, match="commitment_kept_with_a_document"):
            Commitment.objects.update(fulfilled_at=MONDAY)


class TestWatch:
    """Qingming: Friday the 4th is off; the third working day before the 8th is the 2nd."""

    def watch(self, day, month=4):
        return swept(morning(date(2025, month, day)), "commitment")

    def test_nobody_is_told_a_working_day_too_early(self, promise):
        assert self.watch(1) == 0

    def test_firm_and_agent_are_reminded_three_working_days_before(self, promise):
        assert self.watch(2) == 1
        assert reminded("commitment", "near") == ["alice", "ann"]

    def test_on_the_day_itself_it_is_not_missed(self, promise):
        self.watch(8)

        assert reminded("commitment", "missed") == []

    def test_once_missed_the_officer_and_the_head_are_told_too(self, accepted_item, hana):
        assert self.watch(9) == 1
        assert reminded("commitment", "missed") == ["alice", "ann", "hana", "omar"]

    def test_a_promise_for_a_day_off_is_missed_on_the_next_working_day(self, promise):
        Commitment.objects.update(due_on=date(2025, 4, 3))

        counts = [self.watch(day) for day in (4, 5, 6, 7)]

        assert counts == [0, 0, 0, 1]

    def test_each_is_told_once(self, promise):
        counts = [self.watch(day) for day in (2, 2, 3, 7, 8, 9, 9, 10)]

        assert counts == [1, 0, 0, 0, 0, 1, 0, 0]
        assert reminded("commitment", "near") == ["alice", "ann"]
        # The bureau has nobody: the window hears of it.
        assert reminded("commitment", "missed") == ["alice", "ann", "wei"]

    def test_when_both_were_missed_only_the_later_is_told(self, promise):
        self.watch(9)

        assert reminded("commitment", "near") == []

    def test_what_was_kept_is_left_in_peace(self, promise, alice, document):
        keep(promise, alice, document)

        assert [self.watch(2), self.watch(9)] == [0, 0]

    def test_so_is_what_is_no_longer_owed(self, promise, alice):
        promise.item.refresh_from_db()
        operations.withdraw(promise.item, by=alice, at=MONDAY, version=promise.item.version)

        assert [self.watch(2), self.watch(9)] == [0, 0]

    def test_a_promise_for_so_near_a_day_is_not_said_to_be_near(self, item, alice):
        documents = stock(item, alice)
        documents[0].delete()
        item.approval_type.requirements.update(is_tolerable=True)
        soon = civil_day(MONDAY + 3 * DAY)
        operations.submit(item, by=alice, at=MONDAY, version=item.version, commit_by=soon)

        assert swept(MONDAY + DAY, "commitment") == 0
        assert swept(MONDAY + 4 * DAY, "commitment") == 1

    def test_an_evening_is_quiet(self, promise):
        evening = morning(date(2025, 4, 2)).replace(hour=20)

        assert swept(evening, "commitment") == 0

    @pytest.mark.django_db(transaction=True)
    def test_watched_by_four_at_once_it_is_told_once(self, catalogue, promise):
        outcomes = at_once(*[lambda: self.watch(2)] * 4)

        assert outcomes == ["done"] * 4
        assert reminded("commitment", "near") == ["alice", "ann"]

    def test_leads_to_where_it_is_brought(self, promise):
        self.watch(2)

        message = Notification.objects.filter(event_key__startswith="commitment:").first()
        assert message.url == promise.get_absolute_url()
        assert promise.text in message.title


class TestPage:
    def test_the_firm_chooses_what_it_has_here(self, client, promise, alice, document):
        client.force_login(alice)

        client.post(promise.get_absolute_url(), {"document": document.pk})

        promise.refresh_from_db()
        assert promise.document == document

    def test_or_adds_a_file(self, client, promise, alice, pdf):
        client.force_login(alice)

        client.post(promise.get_absolute_url(), {"upload": pdf})

        promise.refresh_from_db()
        assert (promise.document.kind, promise.document.source) == (promise.material, "item")

    def test_what_is_no_document_is_refused(self, client, promise, alice, pdf):
        pdf.name = "x.exe"
        client.force_login(alice)

        response = client.post(promise.get_absolute_url(), {"upload": pdf})

        assert list(response.context["form"].errors) == ["upload"]

    def test_nothing_chosen_is_named(self, client, promise, alice):
        client.force_login(alice)

        response = client.post(promise.get_absolute_url(), {"note": "稍后补交"})

        assert list(response.context["form"].errors) == ["upload"]
        assert "稍后补交" in response.text

    def test_get_changes_nothing(self, client, promise, alice):
        client.force_login(alice)

        client.get(promise.get_absolute_url())

        promise.refresh_from_db()
        assert promise.fulfilled_at is None

    def test_kept_meanwhile_is_said(self, client, promise, alice, wei, document):
        keep(promise, wei, document, at=MONDAY)
        client.force_login(alice)

        response = client.post(
            promise.get_absolute_url(), {"document": document.pk}, follow=True
        )

        assert [m.level_tag for m in response.context["messages"]] == ["error"]

    def test_the_officer_reads_and_does_not_bring(self, client, promise, omar, document):
        client.force_login(omar)

        assert client.get(promise.get_absolute_url()).context["form"] is None
        response = client.post(promise.get_absolute_url(), {"document": document.pk})
        assert response.status_code == 403

    def test_others_find_nothing(self, client, promise, stranger_to_firm):
        client.force_login(stranger_to_firm)

        assert client.get(promise.get_absolute_url()).status_code == 404

    def test_is_found_only_under_its_own_item(self, client, promise, alice, project):
        other = project.items.exclude(pk=promise.item_id).first()
        client.force_login(alice)

        address = f"{other.get_absolute_url()}commitments/{promise.pk}/"

        assert client.get(address).status_code == 404


class TestShown:
    @pytest.fixture(autouse=True)
    def after_the_day(self, time_machine, promise):
        time_machine.move_to(LATE)

    @pytest.mark.parametrize("who", ["alice", "omar", "wei"])
    def test_the_item_says_that_it_was_missed(self, client, promise, who, request):
        client.force_login(request.getfixturevalue(who))

        page = client.get(promise.item.get_absolute_url()).text

        assert promise.get_absolute_url() in page
        assert missed() in page

    def test_so_does_the_item_at_the_desk(self, client, promise, omar):
        client.force_login(omar)

        page = client.get(f"/admin/approvals/approvalitem/{promise.item_id}/change/").text

        assert promise.get_absolute_url() in page
        assert missed() in page

    def test_it_is_the_firms_to_do(self, client, promise, alice, project):
        client.force_login(alice)

        response = client.get(project.get_absolute_url())

        assert response.context["commitments"] == [promise]
        assert promise.get_absolute_url() in response.text
        assert missed() in response.text

    def test_until_it_is_kept(self, client, promise, alice, project, document):
        keep(promise, alice, document, at=LATE)
        client.force_login(alice)

        assert client.get(project.get_absolute_url()).context["commitments"] == []

    def test_the_desk_lists_them(self, client, promise, wei):
        client.force_login(wei)

        listed = {
            tab: promise.text in client.get(f"/admin/approvals/commitment/?tab={tab}").text
            for tab in ("open", "missed", "kept", "all")
        }

        assert listed == {"open": True, "missed": True, "kept": False, "all": True}

    def test_another_department_does_not_see_them(self, client, promise, olga):
        client.force_login(olga)

        page = client.get("/admin/approvals/commitment/?tab=all").text

        assert promise.text not in page

    def test_the_desk_counts_them(self, client, promise, omar, olga):
        for user, count in [(omar, 1), (olga, 0)]:
            client.force_login(user)
            figures = client.get("/admin/").context["figures"]
            assert [f.count for f in figures if "approvals/commitment" in f.url] == [count]

    def test_the_dashboard_counts_the_items(self, promise, hana):
        found = summary(at=LATE, user=hana)

        assert found.counts["missed"] == 1
        assert {row.code: row.missed for row in found.departments}["planning"] == 1
        assert summary(at=morning(BY)).counts["missed"] == 0

    def test_and_leads_to_them(self, client, promise, hana):
        client.force_login(hana)

        rows = client.get("/dashboard/rows/", {"of": "missed"}).context["page"]

        assert list(rows) == [promise.item]

    def test_of_another_department_it_shows_none(self, client, promise, catalogue):
        client.force_login(person("hugo", "department_head", "water"))

        assert not list(client.get("/dashboard/rows/", {"of": "missed"}).context["page"])


class TestApi:
    def listed(self, client, user, **query):
        client.force_login(user)
        found = client.get("/api/v1/commitments/", query).json()["results"]
        return [row["id"] for row in found]

    def kept(self, client, user, promise, document):
        client.force_login(user)
        return client.post(
            f"/api/v1/commitments/{promise.pk}/keep/",
            {"document": str(document.pk)},
            content_type="application/json",
        )

    def test_lists_ones_own(self, client, promise, alice, bob):
        assert self.listed(client, alice) == [str(promise.pk)]
        assert self.listed(client, bob) == []

    def test_narrows_to_what_was_missed(self, client, promise, alice, time_machine):
        assert self.listed(client, alice, missed=True) == []

        time_machine.move_to(LATE)

        assert self.listed(client, alice, missed=True) == [str(promise.pk)]
        assert self.listed(client, alice, missed=False) == []

    def test_narrows_to_what_is_open(self, client, promise, alice, document):
        assert self.listed(client, alice, open=True) == [str(promise.pk)]

        keep(promise, alice, document, at=MONDAY)

        assert self.listed(client, alice, open=True) == []
        assert self.listed(client, alice, open=False) == [str(promise.pk)]

    def test_narrows_to_an_item(self, client, promise, alice, project):
        other = project.items.exclude(pk=promise.item_id).first()

        assert self.listed(client, alice, item=promise.item_id) == [str(promise.pk)]
        assert self.listed(client, alice, item=other.pk) == []

    def test_keeps_it(self, client, promise, alice, document):
        response = self.kept(client, alice, promise, document)

        assert (response.status_code, response.json()["state"]) == (200, "kept")

    def test_a_second_time_is_a_conflict(self, client, promise, alice, document):
        self.kept(client, alice, promise, document)

        assert self.kept(client, alice, promise, document).status_code == 409

    def test_an_expired_document_is_named(self, client, promise, alice, document):
        document.valid_until = civil_day(MONDAY)
        document.save()

        response = self.kept(client, alice, promise, document)

        assert (response.status_code, *response.json()["errors"]) == (400, "document")

    @pytest.mark.parametrize(("who", "status"), [("bob", 404), ("omar", 403)])
    def test_others_do_not(self, client, promise, document, request, who, status):
        user = request.getfixturevalue(who)

        assert self.kept(client, user, promise, document).status_code == status
