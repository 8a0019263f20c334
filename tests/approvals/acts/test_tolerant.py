"""容缺受理 and 告知承诺: handed in while something lacks, against a written commitment."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from approvals.acts import operations
from approvals.items.national import codes_of
from approvals.models import Commitment, Status
from huadu_portal.clock import civil_day
from tests.approvals.moments import by_api, url_of
from tests.conftest import DAY, FRIDAY, MONDAY, stock

BY = date(2025, 4, 1)


@pytest.fixture
def lacking(item, alice):
    """One kind of what the item needs is not there."""
    documents = stock(item, alice)
    documents[0].delete()
    return item.approval_type.requirements.get(kind=documents[0].kind)


@pytest.fixture
def tolerable(lacking):
    """It may follow later."""
    lacking.is_tolerable = True
    lacking.save()
    return lacking


@pytest.fixture
def vouched(lacking):
    """The firm's word may stand for it."""
    entry = lacking.approval_type
    entry.commitment_allowed = True
    entry.save()
    return lacking


def submit(item, by, **asked):
    return operations.submit(item, by=by, at=MONDAY, version=item.version, **asked)


class TestOperation:
    def test_what_lacks_is_named(self, item, alice, lacking):
        with pytest.raises(ValidationError) as refusal:
            submit(item, alice)

        assert list(refusal.value.message_dict) == ["documents"]
        assert lacking.kind.name in str(refusal.value)

    def test_a_commitment_does_not_stand_for_what_must_be_there(self, item, alice, lacking):
        with pytest.raises(ValidationError):
            submit(item, alice, commit_by=BY)

    def test_what_may_follow_is_promised_for_a_day(self, item, alice, tolerable):
        submitted = submit(item, alice, commit_by=BY)

        promise = Commitment.objects.get(item=submitted)
        assert submitted.status == Status.SUBMITTED
        assert (promise.material, promise.due_on) == (tolerable.kind, BY)
        assert (promise.source, promise.made_by) == ("tolerant", alice)

    @pytest.mark.parametrize("day", [None, civil_day(MONDAY), civil_day(MONDAY - DAY)])
    def test_without_a_day_to_come_it_is_refused(self, item, alice, tolerable, day):
        with pytest.raises(ValidationError) as refusal:
            submit(item, alice, commit_by=day)

        assert list(refusal.value.message_dict) == ["commit_by"]

    def test_the_firms_word_stands_for_a_proof_where_the_law_allows(self, item, alice, vouched):
        submitted = submit(item, alice, commit_by=BY, on_commitment=True)

        assert submitted.commitments.get().source == "notification"

    def test_elsewhere_it_does_not(self, item, alice, lacking):
        with pytest.raises(ValidationError) as refusal:
            submit(item, alice, commit_by=BY, on_commitment=True)

        assert list(refusal.value.message_dict) == ["on_commitment"]

    def test_when_nothing_lacks_nothing_is_promised(self, submitted):
        assert not submitted.commitments.exists()

    def grant(self, item, omar):
        accepted = operations.accept(item, by=omar, at=MONDAY, version=item.version)
        return operations.grant(accepted, by=omar, at=MONDAY, version=accepted.version)

    def test_granted_while_a_promise_is_open(self, item, alice, omar, tolerable):
        granted = self.grant(submit(item, alice, commit_by=BY), omar)

        event = granted.events.last()
        assert (event.act, codes_of(event)) == ("grant_tolerant", [12])

    def test_granted_once_it_is_kept(self, item, alice, omar, tolerable):
        submitted = submit(item, alice, commit_by=BY)
        (document,) = stock(item, alice)
        operations.keep_commitment(
            submitted.commitments.get(), by=alice, at=MONDAY, document=document
        )
        submitted.refresh_from_db()

        event = self.grant(submitted, omar).events.last()

        assert (event.act, codes_of(event)) == ("grant", [11])


class TestPage:
    def typed(self, item):
        fields = {"version": item.version, "note": "材料随后补交"}
        needs = item.approval_type.requirements.select_related("kind")
        for need in needs:
            held = need.kind.documents.filter(enterprise=item.project.enterprise)
            fields[f"held_{need.kind.code}"] = [document.pk for document in held]
        return fields

    def test_the_day_is_asked_for_and_typed_text_stays(self, client, alice, item, tolerable):
        client.force_login(alice)

        response = client.post(url_of(item, "submit"), self.typed(item))

        assert list(response.context["form"].errors) == ["commit_by"]
        assert "材料随后补交" in response.text

    def test_post_keeps_the_commitment(self, client, alice, item, tolerable):
        client.force_login(alice)

        client.post(url_of(item, "submit"), self.typed(item) | {"commit_by": BY})

        assert Commitment.objects.get(item=item).due_on == BY

    def test_a_day_gone_by_is_named(self, client, alice, item, tolerable):
        client.force_login(alice)
        day = civil_day(FRIDAY)

        response = client.post(url_of(item, "submit"), self.typed(item) | {"commit_by": day})

        assert list(response.context["form"].errors) == ["commit_by"]


class TestApi:
    def test_what_lacks_is_named(self, client, alice, item, lacking):
        response = by_api(client, alice, item, "submit")

        assert (response.status_code, *response.json()["errors"]) == (400, "documents")

    def test_the_day_is_asked_for(self, client, alice, item, tolerable):
        response = by_api(client, alice, item, "submit")

        assert (response.status_code, *response.json()["errors"]) == (400, "commit_by")

    def test_keeps_the_commitment(self, client, alice, item, tolerable):
        response = by_api(client, alice, item, "submit", commit_by=BY.isoformat())

        assert response.status_code == 200
        assert Commitment.objects.get(item=item).due_on == BY
