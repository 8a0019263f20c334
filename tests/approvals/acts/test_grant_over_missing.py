"""Granting while a material is missing or has expired on the day of the decision."""

from datetime import date

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError

from approvals.acts import operations
from approvals.items.national import codes_of
from approvals.models import Commitment, Status
from huadu_portal.notifications.models import Notification
from projects.models import MaterialKind
from tests.approvals.moments import by_api, desk_of, url_of
from tests.conftest import DAY, MONDAY

TUESDAY = MONDAY + DAY
# Ten working days after the decision on Tuesday, and on Friday when requests come.
DELIVERY, AFTER_FRIDAY = date(2025, 3, 18), date(2025, 3, 21)
WHY = "已通过部门数据共享核验"


@pytest.fixture
def missing(accepted):
    """The catalogue has asked for one more since it was accepted."""
    kind = MaterialKind.objects.create(code="extra", name="节能承诺书")
    return accepted.approval_type.requirements.create(kind=kind, position=90)


@pytest.fixture
def tolerable(missing):
    missing.is_tolerable = True
    missing.save()
    return missing


@pytest.fixture
def expired(accepted):
    """One of those that were handed in is good no longer."""
    document = accepted.documents.select_related("kind").first()
    document.valid_until = MONDAY.date()
    document.save(update_fields=["valid_until"])
    return document


def grant(item, by, **asked):
    return operations.grant(item, by=by, at=TUESDAY, version=item.version, **asked)


class TestWhatMayFollow:
    def test_becomes_a_commitment_for_the_last_day_of_delivery(self, accepted, omar, tolerable):
        granted = grant(accepted, omar)

        promise = Commitment.objects.get(item=granted)
        assert (promise.material, promise.source) == (tolerable.kind, "tolerant")
        assert (promise.due_on, promise.made_by) == (DELIVERY, omar)

    def test_is_code_12_of_the_exchange(self, accepted, omar, tolerable):
        event = grant(accepted, omar).events.last()

        assert (event.act, codes_of(event)) == ("grant_tolerant", [12])

    def test_takes_the_day_that_is_named(self, accepted, omar, tolerable):
        granted = grant(accepted, omar, commit_by=date(2025, 4, 1))

        assert granted.commitments.get().due_on == date(2025, 4, 1)

    def test_never_a_day_gone_by(self, accepted, omar, tolerable):
        with pytest.raises(ValidationError) as refusal:
            grant(accepted, omar, commit_by=TUESDAY.date())

        accepted.refresh_from_db()
        assert list(refusal.value.message_dict) == ["commit_by"]
        assert accepted.status == Status.ACCEPTED

    def test_stands_on_the_notice(self, accepted, omar, tolerable):
        paper = grant(accepted, omar).papers.last().paper

        assert ["后补材料", "节能承诺书（2025年3月18日前补齐）"] in paper.data["facts"]

    def test_is_named_in_the_history_and_the_message(self, accepted, omar, tolerable):
        event = grant(accepted, omar, note="同意").events.last()

        said = "同意\n请于2025-03-18前补齐：节能承诺书。"
        message = Notification.objects.get(kind="item_granted", recipient__username="alice")
        assert event.note == said
        assert tolerable.kind.name in message.params["note"]

    def test_is_not_promised_twice(self, promise, accepted_item, omar):
        granted = grant(accepted_item, omar)

        assert list(granted.commitments.all()) == [promise]
        assert granted.events.last().act == "grant_tolerant"

    def test_is_not_the_firms_where_another_approval_yields_it(self, accepted, omar, project):
        other = project.items.exclude(pk=accepted.pk).get(approval_type__code="HD-LX-06")
        kind = MaterialKind.objects.get(name="用地批准手续")
        accepted.approval_type.requirements.update_or_create(
            kind=kind, defaults={"position": 91}
        )

        granted = grant(accepted, omar)

        assert other.delivered_at is None
        assert granted.events.last().act == "grant"


class TestAnyOther:
    @pytest.mark.parametrize("lack", ["missing", "expired"])
    @pytest.mark.parametrize("note", ["", "  "])
    def test_needs_a_reason(self, accepted, omar, request, lack, note):
        lacking = request.getfixturevalue(lack)

        with pytest.raises(ValidationError) as refusal:
            grant(accepted, omar, note=note)

        accepted.refresh_from_db()
        assert list(refusal.value.message_dict) == ["note"]
        assert lacking.kind.name in str(refusal.value)
        assert accepted.status == Status.ACCEPTED

    def test_with_it_is_granted_and_the_history_names_what_was_missing(
        self, accepted, omar, expired
    ):
        event = grant(accepted, omar, note=WHY).events.last()

        assert (event.act, event.to_status) == ("grant", "granted")
        assert expired.kind.name in event.note
        assert WHY in event.note

    def test_whole_materials_need_none(self, accepted, omar):
        assert grant(accepted, omar).events.last().note == ""


class TestPages:
    @pytest.mark.parametrize("address", [url_of, desk_of])
    def test_name_what_is_missing_and_ask_why(self, client, omar, accepted, expired, address):
        client.force_login(omar)

        page = client.get(address(accepted, "grant")).text
        response = client.post(address(accepted, "grant"), {"version": accepted.version})

        assert expired.kind.name in page
        assert list(response.context["form"].errors) == ["note"]

    @pytest.mark.parametrize("address", [url_of, desk_of])
    def test_ask_by_when_the_rest_follows(self, client, omar, accepted, tolerable, address):
        client.force_login(omar)
        typed = {"version": accepted.version, "commit_by": "2025-03-05", "note": "同意"}

        refused = client.post(address(accepted, "grant"), typed)
        client.post(address(accepted, "grant"), typed | {"commit_by": "2025-04-01"})

        assert list(refused.context["form"].errors) == ["commit_by"]
        assert "同意" in refused.text
        assert accepted.commitments.get().due_on == date(2025, 4, 1)

    def test_ask_for_nothing_where_all_is_there(self, client, omar, accepted):
        client.force_login(omar)

        form = client.get(url_of(accepted, "grant")).context["form"]

        assert "commit_by" not in form.fields
        assert not form.fields["note"].required


class TestSeveral:
    def post(self, client, item, note):
        client.force_login(item.officer)
        return client.post(
            "/admin/approvals/approvalitem/?tab=all",
            {
                "action": "grant_all",
                "confirmed": "yes",
                ACTION_CHECKBOX_NAME: [str(item.pk)],
                f"version_{item.pk}": item.version,
                "note": note,
            },
            follow=True,
        )

    def test_one_without_a_reason_stays_and_its_row_says_why(self, client, accepted, expired):
        outcome = self.post(client, accepted, "").context["outcomes"][0]

        accepted.refresh_from_db()
        assert not outcome.is_done
        assert expired.kind.name in outcome.sentence
        assert accepted.status == Status.ACCEPTED

    def test_the_note_for_all_is_the_reason(self, client, accepted, expired):
        assert self.post(client, accepted, WHY).context["outcomes"][0].is_done


class TestApi:
    def test_asks_for_the_reason_by_field(self, client, omar, accepted, expired):
        response = by_api(client, omar, accepted, "grant")

        assert (response.status_code, *response.json()["errors"]) == (400, "note")

    def test_grants_with_it(self, client, omar, accepted, expired):
        assert by_api(client, omar, accepted, "grant", note=WHY).status_code == 200

    def test_keeps_the_day_of_a_commitment(self, client, omar, accepted, tolerable):
        response = by_api(client, omar, accepted, "grant", commit_by="2025-04-01")

        assert response.status_code == 200
        assert accepted.commitments.get().due_on == date(2025, 4, 1)
