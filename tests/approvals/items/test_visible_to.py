"""Who may know of an item: the queryset for lists and the item itself say the same."""

import pytest

from approvals.models import ApprovalItem
from projects.models import Membership
from tests.conftest import MONDAY

PEOPLE = [
    "alice",
    "bob",
    "eve",
    "wei",
    "omar",
    "hana",
    "olga",
    "chen",
    "li",
    "ada",
    "sun",
    "tom",
]


def sees(user, item):
    in_lists = ApprovalItem.objects.visible_to(user).filter(pk=item.pk).exists()
    assert item.is_visible_to(user) == in_lists
    return in_lists


@pytest.mark.parametrize("name", PEOPLE)
def test_both_agree_on_every_item(name, request, project, other_project):
    user = request.getfixturevalue(name)

    seen = {sees(user, item) for item in ApprovalItem.objects.all()}

    assert seen


def test_a_firm_sees_its_own(alice, item, bob, other_project):
    assert sees(alice, item)
    assert not sees(bob, item)


def test_a_department_sees_its_own(omar, olga, item):
    assert sees(omar, item)
    assert not sees(olga, item)


def test_whoever_only_asked_to_join_sees_nothing(eve, firm, item):
    asked = Membership.objects.create(user=eve, enterprise=firm, asked_at=MONDAY)

    assert not sees(eve, item)

    asked.state = Membership.State.ACTIVE
    asked.save()
    assert sees(eve, item)


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("name", ["sun", "tom"])
def test_a_membership_shows_staff_nothing(name, request, firm, item, is_active):
    """Only as long as they are staff: whoever is no longer active cannot sign in at all."""
    user = request.getfixturevalue(name)
    state = Membership.State.ACTIVE
    Membership.objects.create(user=user, enterprise=firm, asked_at=MONDAY, state=state)
    user.is_active = is_active

    assert sees(user, item) == (not is_active)
