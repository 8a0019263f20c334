"""Over users and their last sign-in, a key with ties and with rows that have none."""

from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.contrib.auth import get_user_model
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.test import APIRequestFactory

from huadu_portal.rest.models import IdempotencyKey
from huadu_portal.rest.pages import SIGNER, KeysetPages

User = get_user_model()
# Two share a moment, two are a microsecond apart, two never came.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENTS = [
    NOON,
    NOON,
    NOON + timedelta(microseconds=1),
    NOON - timedelta(1),
    None,
    None,
]

pytestmark = pytest.mark.django_db


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username"]


class Users(generics.ListAPIView):
    queryset = User.objects.filter(username__startswith="user-")
    serializer_class = UserSerializer
    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []
    pagination_class = KeysetPages
    filter_backends = []
    ordering = "last_login"
    ordering_fields = ["last_login", "username"]


@pytest.fixture
def users():
    return [
        User.objects.create_user(f"user-{n}", f"{n}@example.com", last_login=moment)
        for n, moment in enumerate(MOMENTS)
    ]


def get(query="", view=Users):
    url = query if query.startswith("http") else f"/users/{query}"
    return view.as_view()(APIRequestFactory().get(url))


def names(response):
    return [row["username"] for row in response.data["results"]]


def walk(url, direction):
    pages = []
    while url:
        response = get(url)
        pages.append(names(response))
        # Rows met twice would lead round for ever.
        assert len(pages) <= len(MOMENTS)
        url = response.data[direction]
    return pages


def expected(users, ordering):
    """Sorted in Python: those with a key by key and id, then the others by id."""
    key, down = ordering.removeprefix("-"), ordering.startswith("-")
    keyed = [user for user in users if getattr(user, key) is not None]
    keyed.sort(key=lambda user: (getattr(user, key), user.pk), reverse=down)
    unkeyed = [user for user in users if getattr(user, key) is None]
    unkeyed.sort(key=lambda user: user.pk, reverse=down)
    return [user.username for user in keyed + unkeyed]


class TestWalk:
    @pytest.mark.parametrize("ordering", ["last_login", "-last_login", "-username"])
    @pytest.mark.parametrize("size", range(1, 8))
    def test_pages_hold_every_row_once_and_in_order(self, users, ordering, size):
        pages = walk(f"?ordering={ordering}&page_size={size}", "next")

        assert list(chain(*pages)) == expected(users, ordering)

    @pytest.mark.parametrize("ordering", ["last_login", "-last_login", "-username"])
    @pytest.mark.parametrize("size", range(1, 8))
    def test_the_way_back_shows_the_same_pages(self, users, ordering, size):
        forwards, url = [], f"?ordering={ordering}&page_size={size}"
        while url:
            last = get(url)
            forwards.append(names(last))
            url = last.data["next"]

        backwards = [names(last), *walk(last.data["previous"], "previous")]

        assert backwards[::-1] == forwards

    def test_turning_round_leads_back(self, users):
        first = get("?page_size=2")
        second = get(first.data["next"])

        again = get(get(second.data["previous"]).data["next"])

        assert names(again) == names(second)

    def test_a_row_that_comes_in_between_moves_nothing(self, users):
        first = get("?page_size=2")
        User.objects.create_user("user-x", last_login=NOON - timedelta(9))

        assert names(get(first.data["next"])) == expected(users, "last_login")[2:4]

    def test_without_an_ordering_rows_come_by_id(self, users):
        view = type("ById", (Users,), {"ordering": None, "ordering_fields": None})

        response = get("?page_size=4&ordering=ignored", view)

        by_id = sorted(users, key=lambda user: user.pk)
        assert names(response) == [user.username for user in by_id[:4]]

    def test_rows_may_be_dictionaries(self, users):
        queryset = Users.queryset.values("id", "username", "last_login")
        view = type("Values", (Users,), {"queryset": queryset})

        second = get(get("?page_size=4", view).data["next"], view)

        assert names(second) == expected(users, "last_login")[4:]

    def test_a_key_may_lie_on_another_record(self, users):
        for number, user in enumerate(users):
            IdempotencyKey.objects.create(user=user, key=str(number), body="")

        class KeySerializer(serializers.ModelSerializer):
            username = serializers.CharField(source="user.username")

            class Meta:
                model = IdempotencyKey
                fields = ["username"]

        class Keys(Users):
            queryset = IdempotencyKey.objects.select_related("user")
            serializer_class = KeySerializer
            ordering = "-user__last_login"
            ordering_fields = None

        first = get("?page_size=5", Keys)
        found = names(first) + names(get(first.data["next"], Keys))

        assert found == expected(users, "-last_login")


class TestCost:
    @pytest.mark.parametrize(("ordering", "queries"), [("last_login", 2), ("username", 1)])
    def test_does_not_grow_with_the_page(
        self, users, ordering, queries, django_assert_max_num_queries
    ):
        url = f"?ordering={ordering}&page_size=1"
        while url:
            with django_assert_max_num_queries(queries):
                url = get(url).data["next"]


class TestBadInput:
    @pytest.mark.parametrize("size", ["0", "201", "-1", "x", "1.5", "", "９", "1" * 5000])
    def test_page_size_is_from_1_to_200(self, size):
        response = get(f"?page_size={size}")

        assert (response.status_code, *response.data["errors"]) == (400, "page_size")

    @pytest.mark.parametrize("ordering", ["password", "--username", "pk", ""])
    def test_an_ordering_that_is_not_offered_is_refused(self, ordering):
        response = get(f"?ordering={ordering}")

        assert (response.status_code, *response.data["errors"]) == (400, "ordering")

    @pytest.mark.parametrize("cursor", ["%00", "W10=", "a:b", "é", "x" * 5000])
    def test_a_cursor_that_is_not_ours_is_refused(self, cursor):
        response = get(f"?cursor={cursor}")

        assert (response.status_code, *response.data["errors"]) == (400, "cursor")

    def test_a_cursor_with_one_character_changed_is_refused(self, users):
        url = get("?page_size=2").data["next"]
        at = url.index("cursor=") + 10
        other = "A" if url[at] != "A" else "B"

        assert get(url[:at] + other + url[at + 1 :]).status_code == 400

    def test_a_cursor_of_another_ordering_is_refused(self, users):
        url = get("?page_size=2").data["next"]

        assert get(url + "&ordering=username").status_code == 400

    def test_a_cursor_of_another_list_is_refused(self):
        cursor = SIGNER.sign_object(["last_login", False, "yesterday", "x"])

        assert get(f"?cursor={cursor}").status_code == 400


class TestSchema:
    def test_parameters_name_the_orderings(self):
        parameters = KeysetPages().get_schema_operation_parameters(Users())

        by_name = {parameter["name"]: parameter["schema"] for parameter in parameters}
        assert by_name["page_size"]["maximum"] == 200
        assert by_name["ordering"]["enum"][:2] == ["last_login", "-last_login"]
