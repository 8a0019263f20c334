"""联合验收: one application, one visit and one opinion for a whole and its parts."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from approvals.acts import operations
from approvals.acts.operations import deem_lapsed
from approvals.items.national import codes_of
from approvals.items.operations import history
from approvals.models import ApprovalItem, ApprovalType, SiteVisit, Status
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring.reconcile.histories import of_item as findings_of
from huadu_portal.notifications.models import Kind, Notification
from huadu_portal.papers.models import PaperKind
from projects.models import Document
from tests.approvals.moments import by_api, desk_of, told, url_of
from tests.conftest import DAY, HOUR, MONDAY, item_of, person, stock

pytestmark = pytest.mark.django_db

WHOLE = "HD-JG-08"
PARTS = ["HD-JG-02", "HD-JG-04", "HD-JG-07"]


@pytest.fixture
def built(project, alice):
    """The whole and its parts, as they are once the building stands."""
    for code in [WHOLE, *PARTS]:
        item = item_of(project, code)
        ApprovalItem.objects.filter(pk=item.pk).update(status=Status.PLANNED)
        stock(item, alice)
    # Ready the proper way: what comes before is not this test's matter.
    for code in [WHOLE, *PARTS]:
        item = item_of(project, code)
        history.record_first_events([item], Status.READY, act="open", by=None, at=MONDAY)
    return project


@pytest.fixture
def handed_in(built, alice):
    whole = item_of(built, WHOLE)
    parts = [item_of(built, code) for code in PARTS]
    return operations.submit(whole, by=alice, at=MONDAY, version=whole.version, parts=parts)


@pytest.fixture
def harry(catalogue):
    """Of the housing bureau, which leads."""
    return person("harry", User.Role.OFFICER, "housing")


@pytest.fixture
def under_way(handed_in, harry):
    return operations.accept(handed_in, by=harry, at=MONDAY + HOUR, version=handed_in.version)


def parts_of(whole):
    return {part.approval_type.code: part for part in whole.parts.all()}


def officer_of(item):
    found = User.objects.filter(department=item.department_id, role=User.Role.OFFICER).first()
    return found or person(f"of_{item.department.code}", "officer", item.department.code)


def answer(part, at=MONDAY + 2 * DAY, act=operations.grant, **asked):
    part.refresh_from_db()
    return act(part, by=officer_of(part), at=at, version=part.version, **asked)


class TestOneApplication:
    def test_hands_in_the_whole_and_its_parts(self, handed_in):
        assert handed_in.status == Status.SUBMITTED
        assert set(parts_of(handed_in)) == set(PARTS)
        assert {p.status for p in handed_in.parts.all()} == {Status.SUBMITTED}
        assert len({p.number for p in [handed_in, *handed_in.parts.all()]}) == 4

    def test_is_all_or_nothing(self, built, alice):
        whole, part = item_of(built, WHOLE), item_of(built, "HD-JG-07")
        needed = part.approval_type.materials.exclude(
            pk__in=whole.approval_type.materials.values("pk")
        ).first()
        Document.objects.filter(kind=needed).update(valid_until=MONDAY.date() - DAY)

        with pytest.raises(ValidationError) as refused:
            operations.submit(whole, by=alice, at=MONDAY, version=whole.version, parts=[part])

        assert str(part.approval_type) in refused.value.message_dict["parts"][0]
        whole.refresh_from_db()
        assert whole.status == Status.READY

    def test_takes_only_its_parts(self, built, alice, item):
        whole = item_of(built, WHOLE)
        with pytest.raises(ValidationError) as refused:
            operations.submit(whole, by=alice, at=MONDAY, version=whole.version, parts=[item])
        assert "parts" in refused.value.message_dict

    def test_can_do_without_parts(self, built, alice):
        whole = item_of(built, WHOLE)
        whole = operations.submit(whole, by=alice, at=MONDAY, version=whole.version)
        assert not whole.parts.exists()


class TestOneClock:
    def test_each_department_is_told_and_each_part_has_its_notice(self, handed_in, harry):
        officers = {officer_of(part) for part in handed_in.parts.all()}
        whole = operations.accept(
            handed_in, by=harry, at=MONDAY + HOUR, version=handed_in.version
        )

        assert set(told(Kind.ITEM_FORMAL)) == {officer.username for officer in officers}
        kinds = {part.papers.last().paper.kind for part in parts_of(whole).values()}
        assert kinds == {PaperKind.ACCEPTANCE}

    def test_the_parts_are_accepted_with_the_whole(self, under_way):
        parts = parts_of(under_way).values()
        assert {part.status for part in parts} == {Status.ACCEPTED}
        assert {part.due_on for part in parts} == {under_way.due_on}
        assert {tuple(codes_of(part.events.last())) for part in parts} == {(3, 8)}

    def test_by_silence_too(self, handed_in):
        deem_lapsed(MONDAY + 14 * DAY)

        handed_in.refresh_from_db()
        parts = parts_of(handed_in).values()
        assert handed_in.is_deemed
        assert all(part.is_deemed for part in parts)
        assert {part.status for part in parts} == {Status.ACCEPTED}
        assert {part.due_on for part in parts} == {handed_in.due_on}

    def test_only_the_whole_is_listed_as_lapsed(self, handed_in):
        """What SQL lists is what has_lapsed says, part by part."""
        late = (MONDAY + 14 * DAY).date()
        items = ApprovalItem.objects.filter(status=Status.SUBMITTED)

        assert [item for item in items if item.has_lapsed(late)] == [handed_in]
        assert list(ApprovalItem.objects.lapsed(late)) == [handed_in]

    def test_an_act_on_a_part_learns_of_the_silence_about_the_whole(self, handed_in):
        part = parts_of(handed_in)["HD-JG-04"]

        with pytest.raises(NotAllowed):
            answer(part, MONDAY + 14 * DAY, operations.decline, note="迟到的告知")

        handed_in.refresh_from_db()
        part.refresh_from_db()
        assert (handed_in.status, part.status) == (Status.ACCEPTED, Status.ACCEPTED)
        assert part.due_on == handed_in.due_on

    def test_a_part_that_was_handed_over_meanwhile_is_accepted_too(self, handed_in):
        """Its last event lies after the receipt from which the law accepts it."""
        part = parts_of(handed_in)["HD-JG-02"]
        otto = person("otto", "officer", part.department.code)
        answer(part, MONDAY + DAY, operations.transfer, to=otto)

        deem_lapsed(MONDAY + 14 * DAY)

        part.refresh_from_db()
        assert (part.status, part.accepted_at) == (Status.ACCEPTED, MONDAY)
        assert not list(findings_of(part))

    def test_a_part_handed_in_again_stands_in_nobodys_way(self, handed_in, alice):
        part = parts_of(handed_in)["HD-JG-07"]
        answer(part, MONDAY + DAY, operations.request_correction, missing=["缺档案目录"])
        part.refresh_from_db()
        operations.resubmit(
            part, by=alice, at=MONDAY + 2 * DAY, version=part.version, unchanged=True
        )

        assert deem_lapsed(MONDAY + 14 * DAY) >= 1

        part.refresh_from_db()
        assert part.status == Status.ACCEPTED
        assert part.accepted_at == MONDAY + 2 * DAY
        assert not list(findings_of(part))

    def test_a_part_its_department_has_sent_back_comes_later(self, handed_in, harry):
        part = parts_of(handed_in)["HD-JG-07"]
        answer(part, MONDAY, operations.request_correction, missing=["缺档案目录"])

        operations.accept(handed_in, by=harry, at=MONDAY + HOUR, version=handed_in.version)

        assert parts_of(handed_in)["HD-JG-07"].status == Status.CORRECTING


class TestOneVisit:
    def test_is_told_to_all_who_come(self, under_way, harry):
        part = parts_of(under_way)["HD-JG-02"]
        omar = officer_of(part)
        at = MONDAY + 3 * DAY

        operations.set_visit(
            under_way,
            by=harry,
            at=MONDAY + DAY,
            version=under_way.version,
            visit_at=at,
            place="项目南门",
        )

        visit = SiteVisit.objects.get()
        assert (visit.item, visit.at, visit.place) == (under_way, at, "项目南门")
        assert {"alice", "ann", omar.username} <= set(told(Kind.VISIT_SET))
        # A department is led to what it may see.
        message = Notification.objects.get(kind=Kind.VISIT_SET, recipient=omar)
        assert message.url == part.get_absolute_url()
        assert "harry" not in told(Kind.VISIT_SET)

    def test_can_be_set_anew_and_is_told_again(self, under_way, harry):
        for days in (3, 4):
            operations.set_visit(
                under_way,
                by=harry,
                at=MONDAY + DAY,
                version=under_way.version,
                visit_at=MONDAY + days * DAY,
                place="项目南门",
            )
            under_way.refresh_from_db()

        assert under_way.visits.first().at == MONDAY + 4 * DAY
        assert told(Kind.VISIT_SET).count("alice") == 2

    def test_lies_ahead(self, under_way, harry):
        with pytest.raises(ValidationError):
            operations.set_visit(
                under_way,
                by=harry,
                at=MONDAY + DAY,
                version=under_way.version,
                visit_at=MONDAY,
                place="x",
            )

    def test_is_only_for_a_joint_inspection(self, under_way, omar):
        part = parts_of(under_way)["HD-JG-02"]
        with pytest.raises(NotAllowed):
            operations.set_visit(
                part,
                by=officer_of(part),
                at=MONDAY + DAY,
                version=part.version,
                visit_at=MONDAY + 2 * DAY,
                place="x",
            )

    def test_is_the_lead_departments(self, under_way, omar):
        with pytest.raises(PermissionDenied):
            operations.set_visit(
                under_way,
                by=omar,
                at=MONDAY + DAY,
                version=under_way.version,
                visit_at=MONDAY + 2 * DAY,
                place="x",
            )


class TestOneOpinion:
    def test_waits_for_every_part(self, under_way, harry):
        parts = list(under_way.parts.order_by("pk"))
        for part in parts[:-1]:
            answer(part)
        last = str(parts[-1].approval_type).split("（")[0]

        with pytest.raises(NotAllowed, match=last):
            answer(under_way)

        answer(parts[-1])
        assert answer(under_way).status == Status.GRANTED

    def test_names_the_answers_it_rests_on(self, under_way):
        for part in under_way.parts.all():
            answer(part)
        answer(under_way)

        paper = under_way.papers.get(paper__kind="grant").paper
        (table,) = paper.data["tables"]
        assert len(table["rows"]) == len(PARTS)

    def test_a_refused_part_stands_in_its_way(self, under_way):
        first, *rest = under_way.parts.order_by("pk")
        answer(first, act=operations.refuse, note="不符合")
        for part in rest:
            answer(part)

        with pytest.raises(NotAllowed):
            answer(under_way)

        hana = person("head", "department_head", first.department.code)
        first.refresh_from_db()
        operations.reopen(
            first, by=hana, at=MONDAY + 3 * DAY, version=first.version, note="整改复验"
        )
        answer(first, MONDAY + 4 * DAY)
        assert answer(under_way, MONDAY + 4 * DAY).status == Status.GRANTED

    def test_the_parts_of_a_whole_that_is_applied_for_anew_are_its_own(self, under_way, alice):
        whole = operations.withdraw(
            under_way, by=alice, at=MONDAY + DAY, version=under_way.version, note="分期验收"
        )
        part = ApprovalItem.objects.get(approval_type__code="HD-JG-02")
        assert part.status == Status.ACCEPTED

        again = operations.apply_anew(
            whole, by=alice, at=MONDAY + 2 * DAY, version=whole.version
        )

        part.refresh_from_db()
        assert part.whole == again

    def test_nobody_passes_by_leaving(self, under_way, alice):
        first, *rest = under_way.parts.order_by("pk")
        operations.withdraw(first, by=alice, at=MONDAY + DAY, version=first.version)
        for part in rest:
            answer(part)

        with pytest.raises(NotAllowed):
            answer(under_way)


class TestPageAndApi:
    def test_a_firm_hands_all_in_on_one_page(self, client, built, alice):
        whole = item_of(built, WHOLE)
        client.force_login(alice)
        form = client.get(url_of(whole, "submit")).context["form"]
        offered = form.fields["parts"].initial
        assert len(offered) == len(PARTS)
        held = {
            name: [document.pk for document in field.queryset[:1]]
            for name, field in form.fields.items()
            if name.startswith("held_")
        }

        client.post(
            url_of(whole, "submit"), {"version": whole.version, "parts": offered} | held
        )

        whole.refresh_from_db()
        assert whole.status == Status.SUBMITTED
        assert set(parts_of(whole)) == set(PARTS)
        shown = client.get(whole.get_absolute_url()).content.decode()
        assert all(part.get_absolute_url() in shown for part in whole.parts.all())

    def test_the_lead_sets_the_visit_at_the_desk(self, client, under_way, harry):
        client.force_login(harry)
        day = (MONDAY + timedelta(8)).date()
        client.post(
            desk_of(under_way, "set_visit"),
            {
                "version": under_way.version,
                "visit_at": f"{day}T09:30",
                "place": "项目南门",
            },
        )

        visit = SiteVisit.objects.get()
        assert visit.at == MONDAY + timedelta(8)
        shown = client.get(f"/admin/approvals/approvalitem/{under_way.pk}/change/")
        assert "项目南门" in shown.content.decode()

    @pytest.mark.parametrize("wanted", [PARTS, PARTS[::-1]])
    def test_page_and_desk_list_the_parts_as_the_catalogue_does(
        self, client, under_way, harry, wanted
    ):
        # The last is written first: without an order, rows come as they were written.
        for position, code in reversed(list(enumerate(wanted))):
            ApprovalType.objects.filter(code=code).update(position=position)
        client.force_login(harry)
        at_desk = f"/admin/approvals/approvalitem/{under_way.pk}/change/"

        for url in [under_way.get_absolute_url(), at_desk]:
            parts = client.get(url).context["parts"]
            assert [part.approval_type.code for part in parts] == wanted

    def test_by_api(self, client, built, alice, harry):
        whole = item_of(built, WHOLE)
        parts = [str(item_of(built, code).pk) for code in PARTS]
        done = by_api(client, alice, whole, "submit", parts=parts)
        assert done.json()["status"] == "submitted"
        whole.refresh_from_db()
        by_api(client, harry, whole, "accept")
        whole.refresh_from_db()

        set_ = by_api(
            client,
            harry,
            whole,
            "set_visit",
            visit_at="2025-03-11T09:30:00+08:00",
            place="项目南门",
        )

        assert set_.status_code == 200
        assert {part.status for part in whole.parts.all()} == {Status.ACCEPTED}

    def test_another_firms_item_does_not_exist(self, client, built, alice, other_project):
        whole, foreign = item_of(built, WHOLE), item_of(other_project, "HD-JG-02")
        done = by_api(client, alice, whole, "submit", parts=[str(foreign.pk)])
        assert done.status_code == 400
