"""An act that is sent again under its key: the first answer, and it is done once."""

import threading
from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from agents.models import ServiceAgent
from agents.operations import assign
from approvals.acts import operations as acts
from approvals.models import ApprovalItem, Card, ItemEvent, SupervisionOrder
from approvals.supervision import operations as supervision
from huadu_portal.accounts.models import Department, User
from huadu_portal.rest.models import IdempotencyKey
from projects.models import Application, ApplicationEvent, Membership
from tests.conftest import FRIDAY, MONDAY, person

ITEMS, APPLICATIONS = "/api/v1/approval-items", "/api/v1/applications"
# Signing in and out: a token is kept by nobody, and an end is an end.
WITHOUT_KEY = {"/api/v1/auth/token/", "/api/v1/auth/logout/"}


def post(client, address, body, key="k"):
    headers = {"Idempotency-Key": key}
    return client.post(address, body, "application/json", headers=headers)


@pytest.fixture
def twice(client):
    """The same request two times over; the rows that each has added."""

    def twice(user, address, body, rows=ItemEvent):
        client.force_login(user)
        before = rows.objects.count()
        first = post(client, address, body)
        between = rows.objects.count()
        again = post(client, address, body)
        assert first.status_code in {200, 201}, first.text
        assert again.status_code == first.status_code
        assert again.json() == first.json()
        assert again["Idempotency-Replayed"] == "true"
        return between - before, rows.objects.count() - between

    return twice


class TestRightsSince:
    """Nobody is shown again what they would not be shown by its own address."""

    @pytest.fixture
    def again(self, client):
        """The same request before and after something has happened; what the second says."""

        def again(user, address, body, happens):
            client.force_login(user)
            first = post(client, address, body)
            assert first.status_code in {200, 201, 202}, first.text
            happens()
            return post(client, address, body)

        return again

    def test_withdrawn_with_the_role(self, again, accepted, chen):
        body = {"version": accepted.version, "note": "请三日内说明。"}
        role = {"role": "system_admin", "department": None}

        answer = again(
            chen,
            f"{ITEMS}/{accepted.pk}/order/",
            body,
            lambda: User.objects.filter(pk=chen.pk).update(**role),
        )

        assert answer.status_code == 403
        assert accepted.number not in answer.text
        assert "Idempotency-Replayed" not in answer
        assert SupervisionOrder.objects.count() == 1

    def test_withdrawn_with_the_department(self, again, submitted, omar):
        water = Department.objects.get(code="water")

        answer = again(
            omar,
            f"{ITEMS}/{submitted.pk}/accept/",
            {"version": submitted.version},
            lambda: User.objects.filter(pk=omar.pk).update(department=water),
        )

        assert answer.status_code == 403

    def test_of_an_item_that_another_department_has_now(self, again, submitted, omar):
        water = Department.objects.get(code="water")

        answer = again(
            omar,
            f"{ITEMS}/{submitted.pk}/accept/",
            {"version": submitted.version},
            lambda: ApprovalItem.objects.filter(pk=submitted.pk).update(department=water),
        )

        assert answer.status_code == 403

    def test_of_what_was_made_by_one_who_is_no_member_any_more(self, again, firm, alice):
        def leaves():
            Membership.objects.filter(user=alice).update(state=Membership.State.REFUSED)

        answer = again(alice, f"{APPLICATIONS}/", {"enterprise": str(firm.pk)}, leaves)

        assert answer.status_code == 403
        assert firm.name not in answer.text
        assert Application.objects.count() == 1

    def test_of_what_was_done_by_one_who_is_no_member_any_more(self, again, submitted, alice):
        def leaves():
            Membership.objects.filter(user=alice).update(state=Membership.State.REFUSED)

        address = f"{ITEMS}/{submitted.pk}/withdraw/"
        answer = again(alice, address, {"version": submitted.version}, leaves)

        assert answer.status_code == 403

    def test_of_a_project_handed_to_another_agent(self, again, accepted, ann, chen, client):
        """Every agent may read it, also who does not accompany it."""
        ben = person("ben", User.Role.AGENT, "centre", mobile="13900139001")
        other = ServiceAgent.objects.create(user=ben, phone="020-36888889")
        project = accepted.project

        address = f"{ITEMS}/{accepted.pk}/nudge/"
        answer = again(
            ann.user,
            address,
            {"version": accepted.version},
            lambda: assign(project, other, by=chen, at=FRIDAY),
        )
        unkept = post(client, address, {"version": accepted.version}, key="another")

        assert answer["Idempotency-Replayed"] == "true"
        assert client.get(f"{ITEMS}/{accepted.pk}/").status_code == 200
        assert unkept.status_code == 403

    def test_of_what_concerns_only_the_person_is_the_first_answer(self, again, eve, firm):
        answer = again(
            eve,
            "/api/v1/enterprises/join/",
            {"credit_code": firm.credit_code},
            lambda: Membership.objects.filter(user=eve).delete(),
        )

        assert (answer.status_code, answer["Idempotency-Replayed"]) == (202, "true")


class TestTheSameAnswer:
    def test_to_a_withdrawal(self, twice, submitted, alice):
        body = {"version": submitted.version}

        assert twice(alice, f"{ITEMS}/{submitted.pk}/withdraw/", body) == (1, 0)

    def test_to_an_acceptance(self, twice, submitted, omar):
        body = {"version": submitted.version}

        assert twice(omar, f"{ITEMS}/{submitted.pk}/accept/", body) == (1, 0)

    def test_to_a_grant(self, twice, accepted, omar):
        done = twice(omar, f"{ITEMS}/{accepted.pk}/grant/", {"version": accepted.version})

        # What depends on it opens along with it.
        assert done[0] >= 1
        assert done[1] == 0

    def test_to_a_supervision_order(self, twice, accepted, chen):
        body = {"version": accepted.version, "note": "请三日内说明。"}

        done = twice(chen, f"{ITEMS}/{accepted.pk}/order/", body, rows=SupervisionOrder)

        assert done == (1, 0)

    def test_to_an_appeal(self, twice, accepted, chen, hana):
        supervision.order(
            accepted, by=chen, at=MONDAY, version=accepted.version, note="请说明。"
        )
        card = Card.objects.get()

        twice(hana, f"/api/v1/cards/{card.pk}/appeal/", {"appeal": "材料是昨天才补齐的。"})

    def test_to_an_application_taken_back(self, twice, application, alice):
        address = f"{APPLICATIONS}/{application.pk}/withdraw/"

        done = twice(alice, address, {"version": application.version}, rows=ApplicationEvent)

        assert done == (1, 0)

    def test_to_an_application_returned(self, twice, application, wei):
        body = {"version": application.version, "missing": ["缺少投资协议。"]}
        address = f"{APPLICATIONS}/{application.pk}/return/"

        assert twice(wei, address, body, rows=ApplicationEvent) == (1, 0)

    def test_to_a_draft_changed(self, client, firm, alice, twice):
        application = Application.objects.create(
            enterprise=firm, created_by=alice, draft={}, saved_at=MONDAY
        )
        client.force_login(alice)
        address = f"{APPLICATIONS}/{application.pk}/"

        def patch():
            return client.patch(
                address, {"name": "甲"}, "application/json", headers={"Idempotency-Key": "k"}
            )

        assert patch().json() == patch().json()
        assert IdempotencyKey.objects.count() == 1


class TestKey:
    @pytest.fixture
    def address(self, submitted):
        return f"{ITEMS}/{submitted.pk}/withdraw/"

    def test_with_another_body_is_422(self, client, alice, submitted, address):
        client.force_login(alice)
        post(client, address, {"version": submitted.version})

        again = post(client, address, {"version": submitted.version, "note": "另选地块。"})

        assert again.status_code == 422

    def test_of_another_act_is_422(self, client, omar, submitted):
        client.force_login(omar)
        body = {"version": submitted.version}
        post(client, f"{ITEMS}/{submitted.pk}/accept/", body)

        assert post(client, f"{ITEMS}/{submitted.pk}/grant/", body).status_code == 422

    def test_of_a_refused_act_is_free_again(self, client, omar, accepted):
        client.force_login(omar)
        address = f"{ITEMS}/{accepted.pk}/grant/"
        refused = post(client, address, {"version": accepted.version - 1})

        granted = post(client, address, {"version": accepted.version})

        assert (refused.status_code, granted.status_code) == (409, 200)

    def test_that_is_missing_protects_nothing(self, client, alice, submitted, address):
        client.force_login(alice)
        body = {"version": submitted.version}

        answers = [client.post(address, body, "application/json") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 409]

    def test_does_not_show_a_stranger_the_answer(self, client, alice, bob, submitted, address):
        client.force_login(alice)
        body = {"version": submitted.version}
        post(client, address, body)
        client.force_login(bob)

        assert post(client, address, body).status_code == 404

    @pytest.mark.django_db(transaction=True)
    def test_sent_by_two_at_once_acts_once(
        self, alice, submitted, address, monkeypatch, time_machine
    ):
        time_machine.move_to(FRIDAY)
        # Each waits within the act for the other to be there too; the key keeps it out.
        both_are_acting = threading.Barrier(2)
        withdraw = acts.withdraw.body

        def meet(*args, **kwargs):
            with suppress(threading.BrokenBarrierError):
                both_are_acting.wait(timeout=1)
            return withdraw(*args, **kwargs)

        monkeypatch.setattr(acts.withdraw, "body", meet)
        body, key, answers = {"version": submitted.version}, str(uuid4()), []

        def send():
            client = Client()
            client.force_login(alice)
            try:
                answers.append(post(client, address, body, key))
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        item = ApprovalItem.objects.get(pk=submitted.pk)
        assert item.version == submitted.version + 1


@pytest.mark.django_db
def test_every_operation_that_changes_something_takes_a_key():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    takes_none = {
        path
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in {"post", "put", "patch"}
        and "Idempotency-Key" not in {each["name"] for each in operation.get("parameters", [])}
    }

    assert takes_none == WITHOUT_KEY
