"""Rights follow from the role alone (huadu_portal/accounts/roles.py)."""

from django.contrib.auth.models import Group, Permission

from huadu_portal.accounts.models import User

OUTBOX = "notifications.view_delivery"


def test_what_a_role_has_not_is_given_neither_by_hand_nor_by_a_group(omar):
    permission = Permission.objects.get(codename="view_delivery")
    group = Group.objects.create(name="outbox")
    group.permissions.add(permission)
    omar.user_permissions.add(permission)
    omar.groups.add(group)

    assert not User.objects.get(pk=omar.pk).has_perm(OUTBOX)


def test_a_right_asks_the_database_nothing(omar, tom, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert [user.has_perm(OUTBOX) for user in (omar, tom)] == [False, True]
