"""Answering a request for correction."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse

from approvals.acts import operations
from approvals.acts.operations import AnswerGiven
from approvals.models import Status
from projects.models import MaterialKind
from projects.operations import MaterialRequest, add_document
from tests.approvals.moments import by_api, told, url_of
from tests.conftest import DAY, MONDAY, PDF


@pytest.fixture
def correcting(omar, submitted):
    return operations.request_correction(
        submitted, by=omar, at=MONDAY, version=submitted.version, missing=["缺总平面图"]
    )


class TestOperation:
    def test_a_new_receipt_begins_a_new_notice_limit(self, correcting, alice):
        again = operations.resubmit(
            correcting,
            by=alice,
            at=MONDAY + 2 * DAY,
            version=correcting.version,
            unchanged=True,
        )

        assert again.notice_due_on == date(2025, 3, 12)

    def test_its_clock_begins_a_new_epoch(self, correcting, alice):
        before = correcting.epoch

        again = operations.resubmit(
            correcting, by=alice, at=MONDAY, version=correcting.version, unchanged=True
        )

        assert again.epoch == before + 1

    def test_it_keeps_its_number(self, correcting, alice):
        again = operations.resubmit(
            correcting, by=alice, at=MONDAY, version=correcting.version, unchanged=True
        )

        assert again.number == correcting.number

    def test_the_request_is_answered(self, correcting, alice):
        operations.resubmit(
            correcting, by=alice, at=MONDAY, version=correcting.version, note="已补齐"
        )

        request = correcting.corrections.get()
        assert (request.answered_at, request.answer) == (MONDAY, "已补齐")

    def test_the_department_is_told_again(self, correcting, alice):
        operations.resubmit(
            correcting, by=alice, at=MONDAY, version=correcting.version, unchanged=True
        )

        assert told("item_submitted") == ["omar", "omar"]

    def test_an_officer_cannot_answer_for_the_firm(self, correcting, omar):
        with pytest.raises(PermissionDenied):
            operations.resubmit(
                correcting, by=omar, at=MONDAY, version=correcting.version, unchanged=True
            )


class TestPage:
    def test_nothing_already_handed_in_is_asked_for_again(self, client, alice, correcting):
        client.force_login(alice)

        client.post(
            url_of(correcting, "resubmit"),
            {
                "version": correcting.version,
                "point_1_text": "已补齐",
                "more": ContentFile(PDF, name="总平面图.pdf"),
            },
        )

        correcting.refresh_from_db()
        assert correcting.status == Status.SUBMITTED
        assert correcting.documents.filter(filename="总平面图.pdf").exists()

    def test_another_firm_finds_nothing(self, client, stranger_to_firm, correcting):
        client.force_login(stranger_to_firm)

        assert client.get(url_of(correcting, "resubmit")).status_code == 404

    def test_an_answer_with_nothing_new_is_asked_to_be_confirmed(
        self, client, alice, correcting
    ):
        client.force_login(alice)
        typed = {"version": correcting.version, "point_1_text": ""}

        refused = client.post(url_of(correcting, "resubmit"), typed)

        assert "point_1_text" in refused.context["form"].errors
        correcting.refresh_from_db()
        assert correcting.status == Status.CORRECTING


# A list of four points: two kinds of material, two sentences.
SENTENCES = ["消防车道宽度未注明", "申请表签字页缺失"]


@pytest.fixture
def asked(omar, submitted):
    """Of the first kind something was handed in, and it is asked for anew."""
    handed_in = submitted.documents.order_by("pk").first()
    other = MaterialKind.objects.exclude(pk=handed_in.kind_id).filter(scope="project").first()
    requests = [
        MaterialRequest(handed_in.kind, "印章不清"),
        MaterialRequest(other, "与现场不符"),
    ]
    item = operations.request_correction(
        submitted,
        by=omar,
        at=MONDAY,
        version=submitted.version,
        materials=requests,
        missing=SENTENCES,
    )
    item.handed_in, item.other = handed_in, other
    return item


def newer(item, by, kind, name="新版.pdf"):
    return add_document(
        item.project.enterprise,
        by=by,
        at=MONDAY + DAY,
        kind=kind,
        upload=ContentFile(PDF, name=name),
        project=item.project,
    )


def of_points(item):
    """What the firm said to each point: words, names of files, whether nothing is new."""
    return [
        (
            answer.text,
            [each.filename for each in answer.documents.all()],
            answer.is_unchanged,
        )
        for answer in item.corrections.last().answers.all()
    ]


def answered(item, by, answers, **more):
    return operations.resubmit(
        item, by=by, at=MONDAY + DAY, version=item.version, answers=answers, **more
    )


class TestPoints:
    def test_each_point_keeps_its_answer(self, asked, alice):
        plan = newer(asked, alice, asked.other)
        licence = newer(asked, alice, asked.handed_in.kind, "执照.pdf")

        item = answered(
            asked,
            alice,
            [
                AnswerGiven(1, documents=[licence]),
                AnswerGiven(2, documents=[plan]),
                AnswerGiven(3, "已注明为4米"),
                AnswerGiven(4, "已补签"),
            ],
        )

        assert of_points(item) == [
            ("", ["执照.pdf"], False),
            ("", ["新版.pdf"], False),
            ("已注明为4米", [], False),
            ("已补签", [], False),
        ]
        assert {licence, plan} <= set(item.documents.all())
        assert "3. 已注明为4米" in item.events.last().note

    def test_whoever_answers_one_answers_all(self, asked, alice):
        with pytest.raises(ValidationError) as refusal:
            answered(asked, alice, [AnswerGiven(1, "见附件"), AnswerGiven(3, "已注明")])

        assert "2、4" in refusal.value.message_dict["answers"][0]

    @pytest.mark.parametrize("numbers", [[1, 1, 2, 3, 4], [1, 2, 3, 4, 5]])
    def test_a_point_that_is_not_there_is_refused(self, asked, alice, numbers):
        with pytest.raises(ValidationError):
            answered(asked, alice, [AnswerGiven(number, "已改") for number in numbers])

    def test_a_file_that_was_already_submitted_is_nothing_new(self, asked, alice):
        answers = [AnswerGiven(1, documents=[asked.handed_in])]
        answers += [AnswerGiven(number, "已改") for number in (2, 3, 4)]

        with pytest.raises(ValidationError) as refusal:
            answered(asked, alice, answers)
        item = answered(asked, alice, answers, unchanged=True)

        assert "1" in refusal.value.message_dict["unchanged"][0]
        assert [unchanged for *_said, unchanged in of_points(item)] == [True] + 3 * [False]

    def test_nothing_at_all_is_refused_until_it_is_confirmed(self, asked, alice):
        with pytest.raises(ValidationError):
            answered(asked, alice, [])

        assert answered(asked, alice, [], unchanged=True).status == Status.SUBMITTED

    def test_files_without_numbers_answer_the_points_of_their_kinds(self, asked, alice):
        plan = newer(asked, alice, asked.other)

        item = answered(asked, alice, [], documents=[plan])

        (answer,) = item.corrections.last().answers.all()
        assert (answer.number, answer.documents.get()) == (2, plan)


class TestPageOfPoints:
    def test_what_is_held_and_new_is_ticked_and_what_was_submitted_is_not(
        self, client, alice, asked
    ):
        plan = newer(asked, alice, asked.other)
        client.force_login(alice)

        form = client.get(url_of(asked, "resubmit")).context["form"]

        assert form["point_2_held"].value() == [plan.pk]
        assert form["point_1_held"].value() == []

    def test_the_list_stands_on_top(self, client, alice, asked):
        client.force_login(alice)

        page = client.get(url_of(asked, "resubmit")).text

        places = [page.index(each) for each in ["印章不清", *SENTENCES, 'name="more"']]
        assert places == sorted(places)

    def test_four_points_are_answered_in_one_go(self, client, alice, asked):
        plan = newer(asked, alice, asked.other)
        client.force_login(alice)
        typed = {
            "version": asked.version,
            "point_1_upload": ContentFile(PDF, name="执照.pdf"),
            "point_2_held": plan.pk,
            "point_3_text": "已注明为4米",
            "point_4_upload": ContentFile(PDF, name="签字页.pdf"),
            "point_4_kind": asked.handed_in.kind.code,
        }

        client.post(url_of(asked, "resubmit"), typed)

        asked.refresh_from_db()
        assert asked.status == Status.SUBMITTED
        assert [names for _text, names, _same in of_points(asked)] == [
            ["执照.pdf"],
            ["新版.pdf"],
            [],
            ["签字页.pdf"],
        ]
        assert asked.documents.get(filename="签字页.pdf").kind == asked.handed_in.kind

    def test_a_point_without_an_answer_is_named(self, client, alice, asked):
        client.force_login(alice)
        typed = {"version": asked.version, "point_1_text": "已换", "note": "请审"}

        errors = client.post(url_of(asked, "resubmit"), typed).context["form"].errors

        assert [*errors] == ["point_2_text", "point_3_text", "point_4_text"]

    def test_only_what_was_submitted_before_is_warned_of_and_then_taken(
        self, client, alice, asked
    ):
        client.force_login(alice)
        typed = {"version": asked.version, "point_1_held": asked.handed_in.pk}
        typed |= {f"point_{number}_text": "已改" for number in (2, 3, 4)}

        warned = client.post(url_of(asked, "resubmit"), typed)
        client.post(url_of(asked, "resubmit"), typed | {"unchanged": "on"})

        assert [*warned.context["form"].errors] == ["unchanged"]
        assert 'name="unchanged"' in warned.text
        asked.refresh_from_db()
        assert asked.status == Status.SUBMITTED

    @pytest.mark.parametrize("address", ["page", "desk"])
    def test_the_officer_sees_the_answers_point_by_point(
        self, client, alice, omar, asked, address
    ):
        item = answered(
            asked,
            alice,
            [AnswerGiven(1, documents=[asked.handed_in])]
            + [AnswerGiven(number, f"答复{number}") for number in (2, 3, 4)],
            unchanged=True,
        )
        client.force_login(omar)
        client.cookies["django_language"] = "en"
        desk = reverse("admin:approvals_approvalitem_change", args=[item.pk])

        page = client.get(desk if address == "desk" else item.get_absolute_url()).text

        # From the first answer on: what was asked stands in the history as well.
        begin = page.index('class="point-answer"')
        said = ["nothing new", SENTENCES[0], "答复3", SENTENCES[1], "答复4"]
        places = [page.index(each, begin) for each in said]
        assert places == sorted(places)


class TestApi:
    def test_points_are_listed_and_answered(self, client, alice, asked):
        plan = newer(asked, alice, asked.other)
        answers = [{"number": number, "text": "已改"} for number in (1, 3, 4)]
        answers += [{"number": 2, "documents": [str(plan.pk)]}]

        done = by_api(client, alice, asked, "resubmit", answers=answers)

        assert done.status_code == 200
        listed = client.get(f"/api/v1/approval-items/{asked.pk}/corrections/").json()
        points = listed[0]["points"]
        assert [point["sentence"] for point in points][2:] == SENTENCES
        assert points[1]["kind"] == asked.other.code
        assert points[1]["answer"]["documents"] == [str(plan.pk)]

    def test_nothing_new_is_refused_by_field(self, client, alice, asked):
        refused = by_api(client, alice, asked, "resubmit")

        assert refused.status_code == 400
        assert "unchanged" in str(refused.json())
        assert by_api(client, alice, asked, "resubmit", unchanged=True).status_code == 200

    def test_another_firm_learns_nothing_of_the_list(
        self, client, alice, asked, stranger_to_firm
    ):
        client.force_login(stranger_to_firm)

        response = client.get(f"/api/v1/approval-items/{asked.pk}/corrections/")

        assert response.status_code == 404
