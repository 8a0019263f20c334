"""Which button is the main one: the next step, never what leads aside."""

from datetime import date

import pytest

from approvals.items.rights import ITEM_ACTS
from approvals.models import ApprovalItem, Status
from tests.approvals.acts.test_inspection import (  # noqa: F401
    answer,
    built,
    handed_in,
    harry,
    parts_of,
    under_way,
)

ASIDE = {
    "suspend",
    "extend",
    "transfer",
    "consult",
    "explain",
    "ask_help",
    "mark_not_applicable",
}


def main_of(user, item):
    return [offer.act.name for offer in ITEM_ACTS.offers(user, item) if offer.is_main]


class TestOfAnItem:
    @pytest.mark.parametrize(
        ("state", "who", "wanted"),
        [
            ("item", "alice", ["submit"]),
            ("submitted", "omar", ["accept"]),
            ("accepted", "omar", ["grant"]),
            ("accepted", "hana", ["grant"]),
            ("granted", "omar", ["deliver"]),
            ("accepted", "alice", []),
            ("accepted", "chen", []),
        ],
    )
    def test_is_the_next_step(self, request, state, who, wanted):
        item, user = request.getfixturevalue(state), request.getfixturevalue(who)

        assert main_of(user, item) == wanted

    def test_past_the_limits_it_is_still_granting(self, accepted, omar):
        ApprovalItem.objects.filter(pk=accepted.pk).update(
            due_on=date(2025, 3, 4), statutory_due_on=date(2025, 3, 5)
        )
        accepted.refresh_from_db()

        assert main_of(omar, accepted) == ["grant"]

    def test_what_is_planned_has_none(self, project, wei):
        planned = project.items.filter(status=Status.PLANNED).first()

        assert main_of(wei, planned) == []

    @pytest.mark.parametrize("state", ["item", "submitted", "accepted", "granted"])
    @pytest.mark.parametrize("who", ["omar", "hana", "wei", "chen", "ann", "li"])
    def test_nothing_that_leads_aside_is_the_main_one(self, request, state, who):
        item, user = request.getfixturevalue(state), request.getfixturevalue(who)
        user = getattr(user, "user", user)

        assert not ASIDE & set(main_of(user, item))


class TestOfAJointInspection:
    def test_is_the_visit_while_a_part_is_open(self, under_way, harry):  # noqa: F811
        assert main_of(harry, under_way) == ["set_visit"]

    def test_is_granting_once_all_parts_are_answered(self, under_way, harry):  # noqa: F811
        for part in parts_of(under_way).values():
            answer(part, note="现场核验合格")

        assert main_of(harry, under_way) == ["grant"]


class TestPages:
    def test_the_main_button_stands_first_on_the_page(self, client, omar, accepted):
        client.force_login(omar)

        page = client.get(accepted.get_absolute_url()).text

        assert page.count("btn btn-primary") == 1
        assert page.index(f"/items/{accepted.pk}/grant/") < page.index(
            f"/items/{accepted.pk}/suspend/"
        )

    def test_and_at_the_desk(self, client, omar, accepted):
        client.force_login(omar)

        page = client.get(f"/admin/approvals/approvalitem/{accepted.pk}/change/").text

        (button,) = page.split("desk-button-main")[1:]
        assert f"/admin/approvals/approvalitem/{accepted.pk}/acts/grant/" in button[:200]
