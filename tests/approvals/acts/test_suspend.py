"""特别程序: the clock stops on a legal ground, announced with its length (第45条)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.items.progress import progress_of
from approvals.models import (
    ApprovalType,
    Clock,
    Ground,
    Holder,
    Lamp,
    Status,
    Suspension,
)
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.workdays.published import calendar
from projects.models import MaterialKind
from projects.operations import add_document, start_application
from tests.approvals.moments import (
    by_api,
    desk_of,
    leave_no_gap,
    levels,
    notice_for,
    reminded,
    resumed_by,
    spans_of,
    suspended_by,
    swept,
    told,
    url_of,
)
from tests.conftest import DAY, MONDAY, PDF

TUESDAY = MONDAY + DAY


def typed(item, **changed):
    form = {
        "version": item.version,
        "ground": Ground.EXPERT_REVIEW,
        "expected_days": 5,
        "expected_unit": "working",
        "file": ContentFile(PDF, name="告知书.pdf"),
        "note": "专家评审会定于周五",
    }
    return form | changed


def only_where_the_law_says_so(item):
    item.approval_type.notice_stops_clock = False
    item.approval_type.save()


@pytest.fixture
def rolled(submitted, omar):
    """Promised within five calendar days: they end on a Saturday, and so on Monday the 10th."""
    limit = {"promised_days": 5, "promised_unit": "calendar", "statutory_unit": "working"}
    ApprovalType.objects.filter(pk=submitted.approval_type_id).update(**limit)
    return operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)


class TestOperation:
    def test_the_clock_stands_still(self, accepted, omar):
        suspended = suspended_by(accepted, omar, TUESDAY)

        assert (suspended.status, suspended.clock) == (Status.SUSPENDED, Clock.STOPPED)

    def test_the_stopped_span_says_its_ground(self, accepted, omar):
        suspended = suspended_by(accepted, omar, TUESDAY, ground=Ground.HEARING)

        span = suspended.spans.get(ended_at=None)
        assert (span.holder, span.ground) == (Holder.STOPPED, Ground.HEARING)

    @pytest.mark.parametrize(("days_later", "late"), [(6, 0), (7, 0), (9, 1)])
    def test_it_is_as_late_as_it_was_when_it_stopped(self, rolled, omar, days_later, late):
        stopped = suspended_by(rolled, omar, MONDAY + days_later * DAY)

        today = (MONDAY + 20 * DAY).date()
        assert progress_of(stopped, today, calendar()).late == late

    def test_spans_leave_no_gap(self, accepted, omar):
        suspended = suspended_by(accepted, omar, TUESDAY)

        assert leave_no_gap(spans_of(suspended))
        assert spans_of(suspended)[-1] == (Holder.STOPPED, TUESDAY, None)

    def test_while_it_stands_there_is_no_lamp_and_no_rung(self, accepted, omar):
        suspended = suspended_by(accepted, omar, TUESDAY)

        assert suspended.lamp_on(date(2025, 12, 31)) == Lamp.NONE
        assert swept(MONDAY + 101 * DAY, "review") == 0
        # What is pushed then is the stop itself: it should have been over.
        assert reminded("suspension", "long_over") == ["omar"]

    def test_the_last_lamp_stays_for_history(self, accepted, omar):
        suspended = suspended_by(accepted, omar, MONDAY + 10 * DAY)

        assert suspended.last_lamp == Lamp.YELLOW

    def test_ground_length_and_notice_are_kept(self, accepted, omar):
        notice = notice_for(accepted, omar)
        suspended_by(accepted, omar, TUESDAY, expected_days=5, notice_file=notice)

        kept = Suspension.objects.get(item=accepted)
        assert (kept.ground, kept.notice_file) == (Ground.EXPERT_REVIEW, notice)
        assert (kept.expected_days, kept.expected_until) == (5, date(2025, 3, 11))
        assert (kept.started_at, kept.started_by) == (TUESDAY, omar)

    def test_its_length_may_be_in_calendar_days(self, accepted, omar):
        suspended_by(accepted, omar, TUESDAY, expected_days=6, expected_unit="calendar")

        assert accepted.suspensions.get().expected_until == date(2025, 3, 10)

    def test_the_firm_and_its_agent_are_told(self, accepted, omar):
        suspended_by(accepted, omar, TUESDAY)

        assert told("item_suspended") == ["alice", "ann"]

    def test_a_public_notice_stops_it_where_the_law_says_so(self, accepted, omar):
        suspended = suspended_by(accepted, omar, TUESDAY, ground=Ground.PUBLIC_NOTICE)

        assert suspended.status == Status.SUSPENDED

    def test_a_public_notice_stops_nothing_elsewhere(self, accepted, omar):
        only_where_the_law_says_so(accepted)

        with pytest.raises(ValidationError) as refusal:
            suspended_by(accepted, omar, TUESDAY, ground=Ground.PUBLIC_NOTICE)

        assert list(refusal.value.message_dict) == ["ground"]

    def test_no_other_ground_stops_it(self, accepted, omar):
        with pytest.raises(ValidationError):
            suspended_by(accepted, omar, TUESDAY, ground="holiday")

    def test_a_notice_of_another_firm_is_refused(self, accepted, omar, other_project):
        notice = notice_for(other_project.items.first(), omar)

        with pytest.raises(ValidationError) as refusal:
            suspended_by(accepted, omar, TUESDAY, notice_file=notice)

        assert list(refusal.value.message_dict) == ["notice_file"]

    def test_twice_is_stale(self, accepted, omar):
        suspended_by(accepted, omar, TUESDAY)

        with pytest.raises(Stale):
            suspended_by(accepted, omar, TUESDAY)

    def test_what_stands_still_cannot_be_stopped(self, accepted, omar):
        suspended = suspended_by(accepted, omar, TUESDAY)

        with pytest.raises(NotAllowed):
            suspended_by(suspended, omar, TUESDAY)

    def test_what_stands_still_cannot_be_decided(self, accepted, omar):
        suspended = suspended_by(accepted, omar, TUESDAY)

        with pytest.raises(NotAllowed):
            operations.grant(suspended, by=omar, at=TUESDAY, version=suspended.version)

    @pytest.mark.parametrize("who", ["olga", "wei", "alice", "li"])
    def test_only_the_items_department_may(self, accepted, who, request):
        with pytest.raises(PermissionDenied):
            suspended_by(accepted, request.getfixturevalue(who), TUESDAY)


class TestPage:
    def test_post_stops_it_and_keeps_the_notice(self, client, omar, accepted):
        client.force_login(omar)

        response = client.post(url_of(accepted, "suspend"), typed(accepted), follow=True)

        accepted.refresh_from_db()
        assert (accepted.status, levels(response)) == (Status.SUSPENDED, ["success"])
        assert accepted.suspensions.get().notice_file.filename == "告知书.pdf"

    @pytest.mark.parametrize("missing", ["ground", "expected_days", "file"])
    def test_what_is_missing_is_named_and_typed_text_stays(
        self, client, omar, accepted, missing
    ):
        client.force_login(omar)

        response = client.post(url_of(accepted, "suspend"), typed(accepted, **{missing: ""}))

        assert list(response.context["form"].errors) == [missing]
        assert "专家评审会定于周五" in response.text
        assert not Suspension.objects.exists()

    @pytest.mark.parametrize("days", [0, -1, 366])
    def test_a_length_that_is_none_is_named(self, client, omar, accepted, days):
        client.force_login(omar)

        response = client.post(url_of(accepted, "suspend"), typed(accepted, expected_days=days))

        assert list(response.context["form"].errors) == ["expected_days"]

    def test_a_public_notice_is_offered_only_where_it_stops(self, client, omar, accepted):
        client.force_login(omar)
        only_where_the_law_says_so(accepted)

        form = client.get(url_of(accepted, "suspend")).context["form"]

        assert Ground.PUBLIC_NOTICE not in dict(form.fields["ground"].choices)

    def test_the_desk_has_a_place_for_the_name_of_the_file(self, client, omar, accepted):
        """Unfold's script writes it into the first text field of the control's third ancestor:
        without one of its own that is another field of the form, or an error."""
        client.force_login(omar)

        page = client.get(desk_of(accepted, "suspend")).text

        own = '</div></div><input type="text" disabled hidden></div>'
        assert own in page[page.index('type="file"') :]

    def test_the_firm_reads_ground_and_notice(self, client, alice, omar, accepted):
        suspended_by(accepted, omar, TUESDAY)
        client.force_login(alice)

        page = client.get(accepted.get_absolute_url()).text

        assert str(Ground.EXPERT_REVIEW.label) in page
        assert f"/documents/{accepted.suspensions.get().notice_file_id}/" in page

    def test_another_department_finds_nothing(self, client, olga, accepted):
        client.force_login(olga)

        assert client.get(url_of(accepted, "suspend")).status_code == 404

    @pytest.mark.parametrize("who", ["alice", "wei"])
    def test_who_does_not_review_it_may_not(self, client, who, accepted, request):
        client.force_login(request.getfixturevalue(who))

        assert client.get(url_of(accepted, "suspend")).status_code == 403


class TestAdmin:
    def test_stops_it(self, client, omar, accepted):
        client.force_login(omar)

        client.post(desk_of(accepted, "suspend"), typed(accepted))

        accepted.refresh_from_db()
        assert accepted.status == Status.SUSPENDED

    def test_a_notice_is_asked_for(self, client, omar, accepted):
        client.force_login(omar)

        response = client.post(desk_of(accepted, "suspend"), typed(accepted, file=""))

        assert list(response.context["form"].errors) == ["file"]


class TestApi:
    def body(self, item, by, **changed):
        notice = str(notice_for(item, by).pk)
        return {"ground": "hearing", "expected_days": 5, "notice_file": notice} | changed

    def test_stops_it(self, client, omar, accepted):
        response = by_api(client, omar, accepted, "suspend", **self.body(accepted, omar))

        assert response.status_code == 200
        assert (response.json()["status"], response.json()["clock"]) == ("suspended", "stopped")
        assert accepted.suspensions.get().started_by == omar

    @pytest.mark.parametrize("field", ["ground", "expected_days", "notice_file"])
    def test_what_is_missing_is_named(self, client, omar, accepted, field):
        body = self.body(accepted, omar)
        del body[field]

        response = by_api(client, omar, accepted, "suspend", **body)

        assert (response.status_code, *response.json()["errors"]) == (400, field)

    def test_a_public_notice_elsewhere_is_named(self, client, omar, accepted):
        only_where_the_law_says_so(accepted)
        body = self.body(accepted, omar, ground="public_notice")

        response = by_api(client, omar, accepted, "suspend", **body)

        assert (response.status_code, *response.json()["errors"]) == (400, "ground")

    def test_a_notice_of_another_firm_is_unknown(self, client, omar, accepted, other_project):
        notice = notice_for(other_project.items.first(), omar)
        body = self.body(accepted, omar, notice_file=str(notice.pk))

        response = by_api(client, omar, accepted, "suspend", **body)

        assert (response.status_code, *response.json()["errors"]) == (400, "notice_file")

    def test_a_file_of_the_firms_own_is_no_notice(self, client, omar, accepted, alice, firm):
        """Named as a notice it would be read by everybody who sees the item."""
        draft = start_application(firm, by=alice, at=MONDAY)
        own = add_document(
            draft.enterprise,
            by=alice,
            at=MONDAY,
            kind=MaterialKind.objects.get(name="营业执照"),
            upload=ContentFile(PDF, name="执照.pdf"),
            application=draft,
        )
        body = self.body(accepted, omar, notice_file=str(own.pk))

        response = by_api(client, omar, accepted, "suspend", **body)

        assert (response.status_code, *response.json()["errors"]) == (400, "notice_file")

    def test_one_that_belongs_to_the_item_may_be_named_again(
        self, client, omar, hana, accepted
    ):
        suspended = suspended_by(accepted, omar, TUESDAY)
        notice = suspended.suspensions.get().notice_file
        resumed = resumed_by(suspended, omar, TUESDAY)
        body = self.body(resumed, hana, notice_file=str(notice.pk))

        assert by_api(client, hana, resumed, "suspend", **body).status_code == 200

    @pytest.mark.parametrize(("who", "status"), [("omar", 200), ("olga", 404)])
    def test_the_notice_is_for_the_department_of_the_item(
        self, client, who, status, omar, accepted, request
    ):
        notice = suspended_by(accepted, omar, TUESDAY).suspensions.get().notice_file
        client.force_login(request.getfixturevalue(who))
        url = f"/api/v1/documents/{notice.pk}/"

        answers = [client.get(url), client.get(f"{url}download/")]

        assert [answer.status_code for answer in answers] == [status, status]

    @pytest.mark.parametrize(("who", "status"), [("olga", 404), ("alice", 403), ("wei", 403)])
    def test_others_may_not(self, client, accepted, omar, request, who, status):
        body = self.body(accepted, omar)

        response = by_api(client, request.getfixturevalue(who), accepted, "suspend", **body)

        assert response.status_code == status
