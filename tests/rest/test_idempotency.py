import json
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models.functions import Now
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from huadu_portal.errors import NotAllowed, Overtaken
from huadu_portal.rest.idempotency import idempotent
from huadu_portal.rest.models import IdempotencyKey
from huadu_portal.rest.parsers import StrictJSONParser


class Groups(APIView):
    """Creates something, if it may."""

    permission_classes = [AllowAny]
    throttle_classes = []
    parser_classes = [StrictJSONParser, MultiPartParser]

    @idempotent
    def post(self, request):
        name = request.data["name"]
        group = Group.objects.create(name=f"{name} {Group.objects.count()}")
        if name == "wrong":
            raise ValidationError({"name": "No."})
        if name == "refused":
            raise NotAllowed("No.")
        if name == "overtaken":
            raise Overtaken("Meanwhile it is.")
        if name == "declined":
            return Response({}, status=409)
        answer = {"name": group.name, "id": group.pk}
        if file := request.data.get("file"):
            answer["text"] = file.read().decode()
        return Response(answer, status=201)


def post(user, body, key="k1", path="/groups/", fmt="json"):
    headers = {} if key is None else {"Idempotency-Key": key}
    request = APIRequestFactory().post(path, body, format=fmt, headers=headers)
    force_authenticate(request, user)
    return Groups.as_view()(request)


@pytest.mark.django_db
class TestSameKey:
    def test_and_body_is_the_first_answer_again(self, ann):
        first = post(ann, {"name": "a", "note": "b"})
        again = post(ann, {"note": "b", "name": "a"})

        assert Group.objects.count() == 1
        assert again.status_code == 201
        assert json.dumps(again.data) == json.dumps(first.data)
        assert again["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first

    def test_with_another_body_is_422(self, ann):
        post(ann, {"name": "a"})

        assert post(ann, {"name": "b"}).status_code == 422
        assert Group.objects.count() == 1

    def test_at_another_address_is_422(self, ann):
        post(ann, {"name": "a"})

        assert post(ann, {"name": "a"}, path="/others/").status_code == 422

    def test_of_another_user_is_another_key(self, ann, ben):
        post(ann, {"name": "a"})

        assert post(ben, {"name": "a"}).status_code == 201
        assert Group.objects.count() == 2

    @pytest.mark.parametrize(("days", "groups"), [(6, 1), (8, 2)])
    def test_counts_for_seven_days(self, ann, days, groups):
        post(ann, {"name": "a"})
        IdempotencyKey.objects.update(created_at=Now() - timedelta(days))

        post(ann, {"name": "a"})

        assert Group.objects.count() == groups

    @pytest.mark.parametrize("content", [b"one", b"two"])
    def test_compares_files_by_what_they_hold(self, ann, content):
        def upload(content):
            file = SimpleUploadedFile("plan.pdf", content)
            return post(ann, {"name": "a", "file": file}, fmt="multipart")

        # Comparing leaves the file to be read by the view.
        assert upload(b"one").data["text"] == "one"

        again = upload(content).status_code
        assert again == (201 if content == b"one" else 422)
        assert Group.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestRefusedRequest:
    @pytest.mark.parametrize("name", ["wrong", "refused", "declined"])
    def test_leaves_neither_a_key_nor_a_row(self, ann, name):
        assert post(ann, {"name": name}).status_code in (400, 409)

        assert not Group.objects.exists()
        assert not IdempotencyKey.objects.exists()

    def test_keeps_what_time_has_decided_and_no_key(self, ann):
        assert post(ann, {"name": "overtaken"}).status_code == 409

        assert Group.objects.count() == 1
        assert not IdempotencyKey.objects.exists()

    def test_may_be_corrected_under_the_same_key(self, ann):
        post(ann, {"name": "wrong"})

        assert post(ann, {"name": "right"}).status_code == 201


@pytest.mark.django_db
class TestKey:
    @pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é"])
    def test_that_is_no_key_is_400(self, ann, key):
        assert post(ann, {"name": "a"}, key).status_code == 400

    def test_is_not_required(self, ann):
        post(ann, {"name": "a"}, key=None)
        post(ann, {"name": "a"}, key=None)

        assert Group.objects.count() == 2

    def test_of_a_stranger_is_not_kept(self):
        post(None, {"name": "a"})

        assert not IdempotencyKey.objects.exists()

    def test_that_is_old_can_be_cleared_away(self, ann):
        post(ann, {"name": "a"}, "old")
        IdempotencyKey.objects.update(created_at=Now() - timedelta(8))
        post(ann, {"name": "a"}, "new")

        IdempotencyKey.objects.expired().delete()

        assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_requests_one_creates_and_both_get_its_answer(self, ann, monkeypatch):
        # The creator waits for the other to get as far; the key makes that impossible.
        both_are_creating = threading.Barrier(2)
        create = Group.objects.create

        def meet(**fields):
            with suppress(threading.BrokenBarrierError):
                both_are_creating.wait(timeout=1)
            return create(**fields)

        monkeypatch.setattr(Group.objects, "create", meet)

        answers = together(lambda: post(ann, {"name": "a"}), 2)

        assert Group.objects.count() == 1
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].data == answers[1].data

    def test_the_second_creates_when_the_first_fails(self, ann):
        with transaction.atomic():
            IdempotencyKey.objects.create(
                user=ann, key="k1", method="POST", path="/", digest="", body=""
            )
            waiting = start(lambda: post(ann, {"name": "a"}))
            waiting.thread.join(timeout=0.3)
            was_waiting = waiting.thread.is_alive()
            transaction.set_rollback(True)
        waiting.thread.join()

        assert was_waiting
        assert waiting.answers[0].status_code == 201


class Run:
    def __init__(self, act):
        self.answers = []
        self.thread = threading.Thread(target=self.run, args=[act])

    def run(self, act):
        try:
            self.answers.append(act())
        finally:
            connection.close()


def start(act):
    run = Run(act)
    run.thread.start()
    return run


def together(act, count):
    runs = [start(act) for _ in range(count)]
    for run in runs:
        run.thread.join()
    return [answer for run in runs for answer in run.answers]
