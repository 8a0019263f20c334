"""What has to be in order before the start and before joint acceptance, and what will bite."""

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals.acts import operations
from approvals.catalogue import packaged
from approvals.catalogue.readiness import rules
from approvals.items.readiness import PointState, readiness_of_item, readiness_of_project
from approvals.models import ApprovalItem, ApprovalType, Status
from huadu_portal.clock import civil_day
from tests.approvals.moments import desk_of, url_of
from tests.conftest import MONDAY, item_of, person

START, ACCEPTANCE = "HD-SG-11", "HD-JG-08"
EIA, EIA_BOOK, EIA_FORM = "HD-GC-04", "HD-GC-05", "HD-GC-06"
TODAY = civil_day(MONDAY)
P, S = PointState, Status


def becomes(project, code, status, **dates):
    """The project's item of that type in that status, with what the table demands of it."""
    if status in {S.GRANTED, S.DELIVERED, S.REFUSED}:
        dates |= {"decided_at": MONDAY}
    if status == S.NOT_APPLICABLE:
        dates |= {"reason": "x"}
    items = project.items.filter(approval_type__code=code)
    items.update(status=status, **dates)
    return items.get()


def also_planned(project, code, status):
    entry = ApprovalType.objects.get(code=code)
    item = ApprovalItem(project=project, approval_type=entry, department=entry.department)
    item.save()
    return becomes(project, code, status)


def check(project, milestone=START, today=TODAY):
    return readiness_of_item(item_of(project, milestone), today)


def point(project, code, milestone=START, today=TODAY):
    points = check(project, milestone, today).points
    return next(each for each in points if code in each.rule.codes)


@pytest.fixture
def almost_there(project):
    """All that the start waits for is met, apart from the impact assessment and power."""
    for rule in rules()[START]:
        for code in rule.codes:
            project.items.filter(approval_type__code=code).update(
                status=S.GRANTED, decided_at=MONDAY
            )
    for code in (EIA, "HD-SZ-04"):
        project.items.filter(approval_type__code=code).update(status=S.READY, decided_at=None)
    becomes(project, START, S.READY)
    return project


class TestRules:
    def test_name_only_what_the_catalogue_knows(self):
        known = {entry["code"] for entry in packaged.entries()}
        named = {code for each in rules().values() for rule in each for code in rule.codes}

        assert set(rules()) == {START, ACCEPTANCE}
        assert named | set(rules()) <= known

    def test_of_several_codes_each_is_a_variant_of_the_others(self):
        groups = {entry["code"]: entry["variant_group"] for entry in packaged.entries()}
        several = [rule for each in rules().values() for rule in each if len(rule.codes) > 1]

        assert len(several) == 2
        for rule in several:
            (group,) = {groups[code] for code in rule.codes}
            assert group

    def test_the_law_is_cited_where_it_forbids(self):
        by_law = [rule for each in rules().values() for rule in each if rule.kind == "law"]

        assert len(by_law) == 7
        assert all("第" in rule.basis for rule in by_law)

    def test_say_why_in_both_languages(self):
        for each in rules().values():
            for rule in each:
                assert set(rule.why_by_language) == {"zh", "en"}
                assert all(rule.why_by_language.values())


class TestState:
    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (S.PLANNED, P.NOT_BEGUN),
            (S.READY, P.TO_HAND_IN),
            (S.CORRECTING, P.TO_HAND_IN),
            (S.SUBMITTED, P.UNDER_WAY),
            (S.SUSPENDED, P.UNDER_WAY),
            (S.GRANTED, P.MET),
            (S.DELIVERED, P.MET),
            (S.NOT_APPLICABLE, P.NOT_APPLICABLE),
            (S.REFUSED, P.NOT_BEGUN),
            (S.WITHDRAWN, P.NOT_BEGUN),
        ],
    )
    def test_follows_the_item(self, project, status, state):
        becomes(project, EIA, status)

        assert point(project, EIA).state == state

    @pytest.mark.parametrize(("after", "state"), [(0, P.UNDER_WAY), (1, P.LATE)])
    def test_is_late_from_the_day_after_the_promise(self, project, after, state):
        item = becomes(project, EIA, S.ACCEPTED, accepted_at=MONDAY, due_on=TODAY)

        found = point(project, EIA, today=TODAY + timedelta(days=after))

        assert (found.state, found.due_on, found.department) == (
            state,
            TODAY,
            item.department,
        )

    def test_a_variant_is_enough(self, project):
        becomes(project, EIA, S.NOT_APPLICABLE)
        book = also_planned(project, EIA_BOOK, S.ACCEPTED)

        found = point(project, EIA)

        assert (found.item, found.state) == (book, P.UNDER_WAY)

    def test_the_one_that_is_furthest_along_counts(self, project):
        becomes(project, EIA, S.GRANTED)
        also_planned(project, EIA_BOOK, S.PLANNED)

        assert point(project, EIA).state == P.MET

    def test_a_registration_form_is_not_needed_before_the_start(self, project):
        becomes(project, EIA, S.WITHDRAWN)
        project.items.filter(approval_type__code=EIA).delete()
        also_planned(project, EIA_FORM, S.PLANNED)

        found = point(project, EIA)

        assert (found.state, found.is_open) == (P.NOT_APPLICABLE, False)

    def test_what_came_to_nothing_has_to_be_begun_anew(self, project):
        also_planned(project, "HD-LX-03", S.PLANNED)
        becomes(project, "HD-LX-03", S.REFUSED)

        assert point(project, "HD-LX-03").is_open

    def test_what_took_its_place_counts(self, project):
        becomes(project, EIA, S.WITHDRAWN)
        also_planned(project, EIA_BOOK, S.NOT_APPLICABLE)

        assert point(project, EIA).state == P.NOT_APPLICABLE

    def test_what_is_usually_needed_and_not_planned_bites(self, project):
        project.items.filter(approval_type__code=EIA).delete()

        found = point(project, EIA)

        assert (found.state, found.is_open) == (P.NOT_PLANNED, True)
        assert found.department.code == "environment"

    def test_what_is_needed_on_a_condition_bites_once_it_is_planned(self, project):
        before = point(project, "HD-LX-03")

        also_planned(project, "HD-LX-03", S.PLANNED)

        assert (before.state, before.is_open) == (P.NOT_PLANNED, False)
        assert point(project, "HD-LX-03").is_open


class TestReadiness:
    def test_names_what_the_law_wants_apart_from_what_practice_shows(self, almost_there):
        found = check(almost_there)

        assert [each.rule.codes[0] for each in found.by_law] == [EIA]
        assert [each.rule.codes for each in found.in_practice] == [("HD-SZ-04",)]

    def test_gas_and_permanent_water_are_looked_at_before_acceptance(self, project):
        points = check(project, ACCEPTANCE).in_practice

        assert {("HD-SZ-05",), ("HD-SZ-01",)} <= {each.rule.codes for each in points}

    def test_other_items_are_not_checked(self, item):
        assert readiness_of_item(item, TODAY) is None

    def test_nor_is_a_milestone_that_has_been_reached(self, project):
        becomes(project, START, S.GRANTED)

        assert check(project) is None

    def test_of_a_project_each_milestone_once(self, project):
        becomes(project, START, S.GRANTED)

        found = readiness_of_project(project, TODAY)

        codes = [each.milestone.approval_type.code for each in found]
        assert codes == [START, ACCEPTANCE]
        assert [each.is_ahead for each in found] == [False, True]

    def test_costs_the_same_for_many_points(self, project, django_assert_num_queries):
        with django_assert_num_queries(2):
            for each in readiness_of_project(project, TODAY):
                assert [(p.name, p.department.name, p.rule.why) for p in each.points]


class TestPages:
    @pytest.mark.parametrize("who", ["alice", "wei"])
    def test_the_milestone_says_what_is_lacking_and_why(
        self, client, almost_there, who, request
    ):
        client.force_login(request.getfixturevalue(who))

        page = client.get(item_of(almost_there, START).get_absolute_url()).text

        assert item_of(almost_there, EIA).get_absolute_url() in page
        assert "环境影响评价法》第二十五条" in page

    def test_so_does_the_desk(self, client, almost_there, wei):
        client.force_login(wei)
        item = item_of(almost_there, START)

        page = client.get(f"/admin/approvals/approvalitem/{item.pk}/change/").text

        assert "环境影响评价法》第二十五条" in page

    def test_an_officer_is_not_led_to_closed_pages(self, client, project, catalogue):
        item = item_of(project, ACCEPTANCE)

        client.force_login(person("hugh", "officer", item.department.code))

        page = client.get(item.get_absolute_url()).text

        assert 'id="readiness"' in page
        assert item_of(project, "HD-SZ-05").get_absolute_url() not in page

    def test_the_project_names_what_is_open_before_the_next(self, client, almost_there, alice):
        client.force_login(alice)

        response = client.get(almost_there.get_absolute_url())

        assert len(response.context["readiness"].open) == 2
        assert f"{item_of(almost_there, START).get_absolute_url()}#readiness" in response.text

    def test_and_then_before_the_one_after(self, client, almost_there, alice):
        becomes(almost_there, START, S.GRANTED)
        client.force_login(alice)

        shown = client.get(almost_there.get_absolute_url()).context["readiness"]

        assert shown.milestone == item_of(almost_there, ACCEPTANCE)


class TestActs:
    def named(self, response, project, code):
        return str(item_of(project, code).approval_type.name) in response.text

    def test_recording_the_start_warns_of_what_the_law_wants(self, client, almost_there, wei):
        item = item_of(almost_there, START)
        client.force_login(wei)

        pages = [client.get(url_of(item, "record")), client.get(desk_of(item, "record"))]

        assert all(self.named(page, almost_there, EIA) for page in pages)

    def test_what_practice_alone_asks_for_does_not_forbid_it(self, almost_there, wei):
        becomes(almost_there, EIA, S.GRANTED)
        item = item_of(almost_there, START)

        recorded = operations.record(item, by=wei, at=MONDAY, version=item.version)

        assert recorded.status == S.GRANTED

    def test_nothing_is_said_when_all_is_in_order(self, client, almost_there, wei):
        for code in (EIA, "HD-SZ-04"):
            becomes(almost_there, code, S.GRANTED)
        item = item_of(almost_there, START)
        client.force_login(wei)

        assert "alert-" not in client.get(url_of(item, "record")).text

    def test_handing_in_joint_acceptance_warns_of_gas_and_water(self, client, project, alice):
        item = becomes(project, ACCEPTANCE, S.READY)
        client.force_login(alice)

        page = client.get(url_of(item, "submit"))

        assert self.named(page, project, "HD-SZ-05")
        assert self.named(page, project, "HD-SZ-01")

    def test_other_acts_say_nothing_of_it(self, client, project, alice):
        item = becomes(project, ACCEPTANCE, S.READY)
        client.force_login(alice)

        assert not self.named(client.get(url_of(item, "withdraw")), project, "HD-SZ-05")


class TestApi:
    def address(self, project):
        return reverse("project-readiness", args=[project.pk])

    def test_says_how_it_is_with_every_point(self, client, almost_there, alice):
        client.force_login(alice)

        start, acceptance = client.get(self.address(almost_there)).json()

        eia = next(each for each in start["points"] if EIA in each["codes"])
        assert (start["milestone"]["code"], acceptance["milestone"]["code"]) == (
            START,
            ACCEPTANCE,
        )
        assert (eia["state"], eia["kind"], eia["is_open"]) == ("to_hand_in", "law", True)
        assert eia["item"] == str(item_of(almost_there, EIA).pk)

    def test_a_point_without_an_item_has_none(self, client, project, alice):
        client.force_login(alice)

        start, _ = client.get(self.address(project)).json()

        energy = next(each for each in start["points"] if "HD-LX-03" in each["codes"])
        assert (energy["item"], energy["state"]) == (None, "not_planned")

    def test_others_find_nothing(self, client, project, stranger_to_firm):
        client.force_login(stranger_to_firm)

        assert client.get(self.address(project)).status_code == 404
