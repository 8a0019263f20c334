"""征求意见: asking another department, its opinion, and its silence.

Asked on Tuesday 4 March 2025: the opinion is due seven working days later, on the 13th.
"""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from approvals.acts import operations
from approvals.acts.operations import consultations
from approvals.models import Consultation, Holder, Status
from approvals.tasks import record_silences
from huadu_portal.accounts.models import Department
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import by_api, desk_of, leave_no_gap, spans_of, told, url_of
from tests.conftest import DAY, MONDAY

TUESDAY, WEDNESDAY = MONDAY + DAY, MONDAY + 2 * DAY
LAST_DAY, LATE = TUESDAY + 9 * DAY, TUESDAY + 10 * DAY
QUESTION, OPINION = "管线是否避让？", "原则同意，管线须避让。"


@pytest.fixture
def water(catalogue):
    return Department.objects.get(code="water")


def consult(item, by, department, note=QUESTION):
    return operations.consult(
        item, by=by, at=TUESDAY, version=item.version, department=department, note=note
    )


@pytest.fixture
def asked(accepted, omar, olga, water):
    """Olga's department has been asked by Omar."""
    consult(accepted, omar, water)
    return accepted.consultations.get()


def answer(consultation, by, opinion=OPINION, at=WEDNESDAY):
    return operations.give_opinion(consultation, by=by, at=at, opinion=opinion)


class TestOperation:
    def test_it_is_due_in_seven_working_days(self, asked, water):
        assert (asked.department, asked.due_on) == (water, date(2025, 3, 13))

    def test_the_items_own_clock_runs_on(self, accepted, asked):
        due_on = accepted.due_on
        accepted.refresh_from_db()

        assert (accepted.status, accepted.due_on) == (Status.ACCEPTED, due_on)
        assert accepted.holder == Holder.DEPARTMENT
        assert leave_no_gap(spans_of(accepted))

    def test_the_department_asked_is_told(self, asked):
        assert told("consultation_asked") == ["olga"]

    def test_one_cannot_ask_oneself(self, accepted, omar):
        with pytest.raises(ValidationError) as refusal:
            consult(accepted, omar, accepted.department)

        assert list(refusal.value.message_dict) == ["department"]

    def test_who_has_not_answered_is_not_asked_again(self, accepted, asked, omar, water):
        accepted.refresh_from_db()

        with pytest.raises(NotAllowed):
            consult(accepted, omar, water)

    def test_without_a_question_it_is_refused(self, accepted, omar, water):
        with pytest.raises(NotAllowed):
            consult(accepted, omar, water, note=" ")

    def test_another_department_may_not_ask(self, accepted, olga, water):
        with pytest.raises(PermissionDenied):
            consult(accepted, olga, water)


class TestOpinion:
    def test_is_kept_and_its_officer_is_told(self, asked, olga):
        answered = answer(asked, olga)

        kept = (answered.opinion, answered.answered_by, answered.answered_at)
        assert kept == (OPINION, olga, WEDNESDAY)
        assert told("consultation_answered") == ["omar"]

    def test_stands_in_the_items_history(self, asked, olga):
        answer(asked, olga)

        event = asked.item.events.last()
        assert (event.act, event.by) == ("opine", olga)
        assert OPINION in event.note

    def test_is_given_once(self, asked, olga):
        answered = answer(asked, olga)

        with pytest.raises(NotAllowed):
            answer(answered, olga)

    def test_is_better_late_than_never(self, asked, olga):
        operations.record_silences(LATE)

        assert answer(asked, olga, at=LATE + DAY).silent_at == LATE

    @pytest.mark.parametrize("who", ["omar", "wei", "alice"])
    def test_nobody_else_may(self, asked, who, request):
        with pytest.raises(PermissionDenied):
            answer(asked, request.getfixturevalue(who))


class TestSilence:
    def test_is_not_recorded_on_the_last_day(self, asked):
        assert operations.record_silences(LAST_DAY) == 0

    def test_is_recorded_once_by_the_system(self, asked):
        assert operations.record_silences(LATE) == 1
        assert operations.record_silences(LATE + DAY) == 0

        event = asked.item.events.get(act="silence")
        assert event.by is None
        assert told("consultation_silent") == ["omar"]

    def test_the_item_goes_on_without(self, accepted, asked, omar):
        operations.record_silences(LATE)
        accepted.refresh_from_db()

        granted = operations.grant(accepted, by=omar, at=LATE, version=accepted.version)

        assert granted.status == Status.GRANTED

    def test_an_opinion_in_time_is_no_silence(self, asked, olga):
        answer(asked, olga)

        assert operations.record_silences(LATE) == 0

    def test_an_opinion_that_comes_in_under_the_sweep_is_no_silence(
        self, asked, olga, monkeypatch
    ):
        lock = consultations.lock_with_item

        def answered_first(consultation, *related):
            monkeypatch.setattr(consultations, "lock_with_item", lock)
            answer(asked, olga)
            return lock(consultation, *related)

        monkeypatch.setattr(consultations, "lock_with_item", answered_first)

        assert operations.record_silences(LATE) == 0
        asked.refresh_from_db()
        assert asked.silent_at is None

    def test_the_worker_records_it(self, asked, time_machine):
        time_machine.move_to(LATE)

        record_silences()

        asked.refresh_from_db()
        assert asked.silent_at is not None


class TestPage:
    @pytest.mark.parametrize(("language", "said"), [("zh-hans", "已答复"), ("en", "answered")])
    def test_says_that_it_was_answered(self, asked, olga, client, settings, language, said):
        answer(asked, olga)
        client.force_login(olga)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

        page = client.get(asked.get_absolute_url()).text

        assert f'<span class="tag tag-green">{said}</span>' in page

    def test_post_asks(self, client, omar, accepted, water):
        client.force_login(omar)
        typed = {"version": accepted.version, "department": water.pk, "note": QUESTION}

        client.post(url_of(accepted, "consult"), typed)

        assert Consultation.objects.get(item=accepted).question == QUESTION

    def test_the_department_asked_reads_question_and_materials(self, client, olga, asked):
        client.force_login(olga)

        page = client.get(asked.get_absolute_url()).text

        assert QUESTION in page
        assert all(document.filename in page for document in asked.item.documents.all())

    def test_and_answers_there(self, client, olga, asked):
        client.force_login(olga)

        client.post(asked.get_absolute_url(), {"opinion": OPINION})

        asked.refresh_from_db()
        assert (asked.opinion, asked.answered_by) == (OPINION, olga)

    def test_get_changes_nothing(self, client, olga, asked):
        client.force_login(olga)

        client.get(asked.get_absolute_url())

        asked.refresh_from_db()
        assert asked.answered_at is None

    def test_an_empty_opinion_is_named(self, client, olga, asked):
        client.force_login(olga)

        response = client.post(asked.get_absolute_url(), {"opinion": " "})

        assert list(response.context["form"].errors) == ["opinion"]

    def test_and_sees_nothing_else_of_the_item(self, client, olga, asked):
        client.force_login(olga)

        assert client.get(asked.item.get_absolute_url()).status_code == 404
        assert client.get(asked.item.project.get_absolute_url()).status_code == 404

    def test_its_list_shows_it(self, client, olga, asked):
        client.force_login(olga)

        assert asked.item.project.name in client.get("/consultations/").text

    def test_who_asked_reads_and_does_not_answer(self, client, omar, asked):
        client.force_login(omar)

        assert client.get(asked.get_absolute_url()).context["form"] is None
        response = client.post(asked.get_absolute_url(), {"opinion": OPINION})
        assert response.status_code == 403

    def test_the_firm_may_not(self, client, alice, asked):
        client.force_login(alice)

        assert client.get(asked.get_absolute_url()).status_code == 403
        assert client.get("/consultations/").status_code == 403


class TestAdmin:
    def test_asks(self, client, omar, accepted, water):
        client.force_login(omar)
        typed = {"version": accepted.version, "department": water.pk, "note": QUESTION}

        client.post(desk_of(accepted, "consult"), typed)

        assert Consultation.objects.filter(item=accepted, department=water).exists()


class TestApi:
    def address(self, consultation):
        return f"/api/v1/consultations/{consultation.pk}/"

    def test_asks(self, client, omar, accepted, water):
        response = by_api(client, omar, accepted, "consult", department="water", note=QUESTION)

        assert response.status_code == 200
        assert accepted.consultations.get().department == water

    def test_asking_oneself_is_named(self, client, omar, accepted):
        response = by_api(
            client, omar, accepted, "consult", department="planning", note=QUESTION
        )

        assert (response.status_code, *response.json()["errors"]) == (400, "department")

    def test_the_department_asked_answers(self, client, olga, asked):
        client.force_login(olga)
        said = {"opinion": OPINION}

        response = client.post(
            f"{self.address(asked)}answer/", said, content_type="application/json"
        )

        assert (response.status_code, response.json()["opinion"]) == (200, OPINION)

    @pytest.mark.parametrize(("who", "status"), [("bob", 404), ("omar", 403)])
    def test_others_do_not(self, client, asked, request, who, status):
        client.force_login(request.getfixturevalue(who))
        said = {"opinion": OPINION}

        response = client.post(
            f"{self.address(asked)}answer/", said, content_type="application/json"
        )

        assert response.status_code == status
