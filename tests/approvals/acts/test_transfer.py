"""Handing an item to a colleague of the same department."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from approvals.acts import operations
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import by_api, desk_of, leave_no_gap, spans_of, told, url_of
from tests.conftest import DAY, MONDAY, person

TUESDAY = MONDAY + DAY


@pytest.fixture
def otto(catalogue):
    """Omar's colleague."""
    return person("otto", "officer", "planning")


def transfer(item, by, to):
    return operations.transfer(item, by=by, at=TUESDAY, version=item.version, to=to)


class TestOperation:
    def test_the_colleague_has_it_and_nothing_else_changes(self, accepted, omar, otto):
        handed = transfer(accepted, omar, otto)

        assert handed.officer == otto
        same = ["status", "due_on", "epoch"]
        assert [getattr(handed, f) for f in same] == [getattr(accepted, f) for f in same]
        assert leave_no_gap(spans_of(handed))

    def test_only_the_colleague_is_told(self, accepted, omar, otto):
        transfer(accepted, omar, otto)

        assert told("item_transferred") == ["otto"]

    def test_the_history_says_who_to_whom(self, accepted, omar, otto):
        event = transfer(accepted, omar, otto).events.last()

        assert (event.act, event.by) == ("transfer", omar)
        assert str(otto) in event.note

    def test_another_departments_officer_is_no_colleague(self, accepted, omar, olga):
        with pytest.raises(ValidationError) as refusal:
            transfer(accepted, omar, olga)

        assert list(refusal.value.message_dict) == ["to"]

    def test_one_who_has_left_is_none_either(self, accepted, omar, otto):
        otto.is_active = False
        otto.save()

        with pytest.raises(ValidationError):
            transfer(accepted, omar, otto)

    def test_who_has_it_cannot_be_given_it(self, accepted, hana, omar):
        with pytest.raises(NotAllowed):
            transfer(accepted, hana, omar)

    def test_another_department_may_not(self, accepted, olga, otto):
        with pytest.raises(PermissionDenied):
            transfer(accepted, olga, otto)


class TestPage:
    def test_get_offers_colleagues_and_changes_nothing(
        self, client, omar, olga, otto, accepted
    ):
        client.force_login(omar)

        form = client.get(url_of(accepted, "transfer")).context["form"]

        accepted.refresh_from_db()
        assert (list(form.fields["to"].queryset), accepted.officer) == ([otto], omar)

    def test_post_hands_it_over(self, client, omar, otto, accepted):
        client.force_login(omar)

        client.post(url_of(accepted, "transfer"), {"version": accepted.version, "to": otto.pk})

        accepted.refresh_from_db()
        assert accepted.officer == otto

    def test_asks_for_the_colleague_by_that_name(self, client, omar, otto, accepted):
        client.force_login(omar)

        for page in (url_of(accepted, "transfer"), desk_of(accepted, "transfer")):
            asked = client.get(page).content.decode()
            assert "接办同事" in asked
            assert "新状态" not in asked

    def test_the_firm_may_not(self, client, alice, accepted):
        client.force_login(alice)

        assert client.get(url_of(accepted, "transfer")).status_code == 403


class TestAdmin:
    def test_hands_it_over(self, client, omar, otto, accepted):
        client.force_login(omar)

        client.post(desk_of(accepted, "transfer"), {"version": accepted.version, "to": otto.pk})

        accepted.refresh_from_db()
        assert accepted.officer == otto


class TestApi:
    def test_hands_it_over(self, client, omar, otto, accepted):
        response = by_api(client, omar, accepted, "transfer", to=str(otto.pk))

        accepted.refresh_from_db()
        assert (response.status_code, accepted.officer) == (200, otto)

    def test_another_departments_officer_is_named(self, client, omar, olga, accepted):
        response = by_api(client, omar, accepted, "transfer", to=str(olga.pk))

        assert (response.status_code, *response.json()["errors"]) == (400, "to")
