"""What was promised in writing: brought, missed, watched, counted."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import override

from approvals.acts import operations
from approvals.acts.kinds import CommitmentAct
from approvals.models import Commitment, CommitmentState, ItemEvent, Status
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Notification
from projects.models import Document, MaterialKind
from tests.approvals.conftest import BY
from tests.approvals.moments import at_once, delivered_by, told, waiting_for_each_other
from tests.conftest import DAY, MONDAY, SHANGHAI, stock

IN_TIME, LATE = MONDAY + 10 * DAY, MONDAY + 40 * DAY


def morning(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


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

    def test_the_message_names_the_material_in_the_readers_language(
        self, accepted_item, promise, alice, document
    ):
        keep(promise, alice, document)

        message = Notification.objects.get(kind="commitment_kept")
        with override("zh-hans"):
            assert promise.text in message.title
        with override("en"):
            assert promise.text not in message.title
            assert str(promise) in message.title

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
        delivered_by(granted, omar, MONDAY + DAY)
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
