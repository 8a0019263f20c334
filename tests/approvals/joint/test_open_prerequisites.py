"""What by law comes before the certificates, and is open when the land is registered."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.acts import operations as acts
from approvals.models import Commitment, CommitmentState, JointBundle, Status
from huadu_portal.errors import NotAllowed
from tests import explorations
from tests.approvals.moments import (
    BEFORE_LAND,
    FIVE,
    TO_FOLLOW,
    five,
    land_paper,
    meet,
    pass_all,
    register,
    statuses,
)
from tests.approvals.reference_item import BEFORE_CERTIFICATES, JointLife
from tests.conftest import DAY, HOUR, MONDAY, item_of, stock

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY


@pytest.fixture
def stocked(case, project, officers, alice):
    """All opinions are favourable and all materials there; nothing is met outside the case."""
    for item in five(project).values():
        stock(item, alice)
    pass_all(case, officers)
    return case


class TestBeforeTheLand:
    @pytest.mark.parametrize("code", BEFORE_LAND)
    def test_the_land_is_not_registered_while_one_is_open(self, stocked, project, wei, code):
        meet(project, wei, [other for other in BEFORE_LAND if other != code])
        before = statuses(project)

        with pytest.raises(NotAllowed, match=item_of(project, code).approval_type.name):
            register(stocked, wei)

        stocked.refresh_from_db()
        assert stocked.registered_at is None
        assert statuses(project) == before

    def test_all_that_are_open_are_named(self, stocked, project, wei):
        with pytest.raises(NotAllowed) as refused:
            register(stocked, wei)

        names = [item_of(project, code).approval_type.name for code in BEFORE_LAND]
        assert str(refused.value).endswith("、".join(names) + "。")

    def test_a_variant_meets_it_too(self, stocked, project, wei):
        meet(project, wei, ["HD-LX-05", "HD-LX-08"])
        item = item_of(project, "HD-LX-01")
        verification = item.approval_type._meta.model.objects.get(code="HD-LX-02")
        project.items.filter(pk=item.pk).update(
            approval_type=verification, status=Status.GRANTED, decided_at=MONDAY
        )

        assert register(stocked, wei).registered_at == TUESDAY

    def test_what_it_is_is_data_of_the_bundle(self, stocked, bundle, wei):
        bundle.before_land.clear()

        assert register(stocked, wei).registered_at == TUESDAY

    def test_a_case_on_its_clock_is_not_judged_anew(self, passed, project, officers, wei):
        case = register(passed, wei)
        item = item_of(project, "HD-LX-08")
        acts.undo_not_applicable(
            item, by=wei, at=TUESDAY + HOUR, version=item.version, note="仍需交地"
        )

        case.refresh_from_db()
        assert case.registered_at == TUESDAY
        assert set(statuses(project).values()) == {Status.ACCEPTED}

    def test_page_desk_and_api_name_them(self, client, stocked, project, wei):
        client.force_login(wei)
        name = item_of(project, "HD-LX-05").approval_type.name
        desk = f"/admin/approvals/jointcase/{stocked.pk}/change/"

        asked = client.get(f"{stocked.get_absolute_url()}register-land/")
        answer = client.post(
            f"/api/v1/joint-cases/{stocked.pk}/register_land/",
            {"version": stocked.version, "land_paper": str(land_paper(project, wei).pk)},
            content_type="application/json",
        )

        assert name in asked.text
        assert name in client.get(stocked.get_absolute_url()).text
        assert name in client.get(desk).text
        assert (answer.status_code, name in answer.json()["detail"]) == (409, True)

    def test_the_api_says_what_a_bundle_asks_for(self, client, catalogue):
        shown = client.get("/api/v1/joint-bundles/industrial-five/").json()

        assert shown["before_land"] == BEFORE_LAND


class TestUntilTheGrant:
    def test_what_may_follow_is_promised_for_the_last_day(self, passed, project, wei):
        case = register(passed, wei)

        promised = Commitment.objects.filter(item__in=case.items.all())
        assert {
            (each.item.approval_type.code, each.approval_type.code) for each in promised
        } == {
            ("HD-GC-02", "HD-GC-01"),
            ("HD-GC-03", "HD-GC-01"),
            ("HD-SG-05", "HD-SG-01"),
            ("HD-SG-05", "HD-SG-04"),
        }
        assert {str(each.due_on) for each in promised} == {"2025-03-12"}
        assert {each.source for each in promised} == {"joint"}

    def test_a_grant_keeps_it(self, passed, project, wei):
        register(passed, wei)

        meet(project, wei, ["HD-GC-01"], at=TUESDAY + HOUR)

        first, second = Commitment.objects.filter(approval_type__code="HD-GC-01")
        today = TUESDAY.date()
        assert {first.state_on(today), second.state_on(today)} == {CommitmentState.KEPT}
        assert first.item.events.last().act == "keep_commitment"

    def test_what_is_open_again_is_owed_again(self, passed, project, wei):
        register(passed, wei)
        meet(project, wei, ["HD-GC-01"], at=TUESDAY + HOUR)
        item = item_of(project, "HD-GC-01")

        acts.undo_not_applicable(
            item, by=wei, at=TUESDAY + 2 * HOUR, version=item.version, note="仍需审查"
        )

        owed = Commitment.objects.open().filter(approval_type__code="HD-GC-01")
        assert owed.count() == 2

    def test_no_document_keeps_it(self, client, passed, project, alice, wei):
        register(passed, wei)
        promise = Commitment.objects.filter(approval_type__code="HD-SG-01").get()
        client.force_login(alice)

        page = client.get(promise.get_absolute_url())
        answer = client.post(
            f"/api/v1/commitments/{promise.pk}/keep/",
            {"document": str(land_paper(project, wei).pk)},
            content_type="application/json",
        )

        assert page.context["form"] is None
        assert answer.status_code == 409

    def test_a_certificate_after_it_has_no_follow_up(self, passed, project, officers, wei):
        register(passed, wei)
        meet(project, wei, TO_FOLLOW, at=TUESDAY + HOUR)
        for code in FIVE:
            item = item_of(project, code)
            by = officers[item.department_id]
            acts.grant(item, by=by, at=TUESDAY + 2 * HOUR, version=item.version)

        events = [item.events.last().act for item in five(project).values()]
        assert set(events) == {"grant"}

    def test_the_firm_is_not_asked_to_bring_it(self, client, passed, project, alice, wei):
        register(passed, wei)
        client.force_login(alice)

        shown = client.get(project.get_absolute_url())

        assert shown.context["commitments"] == []


# The same ones in every run.
BOUNDED = settings(
    max_examples=explorations.of(25, 8),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
met_codes = st.sets(st.sampled_from([*BEFORE_LAND, *TO_FOLLOW]))
orders = st.permutations([*FIVE, *BEFORE_LAND, *TO_FOLLOW])


class TestWhateverIsOpen:
    @given(met=met_codes, order=orders)
    @BOUNDED
    def test_it_goes_as_the_tale_tells(self, stocked, project, officers, wei, met, order):
        from django.db import transaction

        with transaction.atomic():
            self.tell(stocked, project, officers, wei, met, order)
            transaction.set_rollback(True)

    def tell(self, case, project, officers, wei, met, order):
        life = JointLife(met)
        meet(project, wei, sorted(met))
        if not life.may_register():
            with pytest.raises(NotAllowed):
                register(case, wei)
            meet(project, wei, sorted(set(BEFORE_LAND) - met))
            life.met |= set(BEFORE_LAND)
        case = register(case, wei)
        promised = Commitment.objects.values_list("item__approval_type__code", "text")
        names = {
            item.approval_type.code: item.approval_type.name for item in project.items.all()
        }
        assert set(promised) == {(code, names[before]) for code, before in life.promised()}
        for code in order:
            self.take(life, project, officers, wei, code)
        assert Commitment.objects.open().exists() == bool(life.promised())

    def take(self, life, project, officers, wei, code):
        """One more is met, or a certificate asked for."""
        item, at = item_of(project, code), TUESDAY + HOUR
        if code not in BEFORE_CERTIFICATES:
            if code not in life.met:
                meet(project, wei, [code], at=at)
                life.met.add(code)
            return
        by = officers[item.department_id]
        if life.may_grant(code):
            acts.grant(item, by=by, at=at, version=item.version)
            life.met.add(code)
        else:
            with pytest.raises(NotAllowed):
                acts.grant(item, by=by, at=at, version=item.version)


class TestSuiting:
    def test_a_quarrys_bundle_is_not_offered_to_a_food_firm(self, client, project, alice):
        for industry, is_offered in [("food", False), ("building_materials", True)]:
            project.industry = industry
            project.save()
            client.force_login(alice)
            shown = client.get(f"/projects/{project.pk}/joint/")
            offered = shown.context["form"].fields["bundle"].queryset
            assert offered.filter(code="quarry-five").exists() == is_offered

    def test_nor_does_the_api_open_it(self, client, project, alice):
        project.industry = "food"
        project.save()
        client.force_login(alice)
        asked = {"project": str(project.pk), "bundle": "quarry-five", "risk_accepted": True}

        answer = client.post("/api/v1/joint-cases/", asked, content_type="application/json")

        assert answer.status_code == 409
        assert (
            JointBundle.objects.get(code="quarry-five").project_class in answer.json()["detail"]
        )

    def test_the_desk_says_which_industries(self, client, bundle, tom):
        client.force_login(tom)
        address = f"/admin/approvals/jointbundle/{bundle.pk}/change/"
        shown = client.get(address).context["adminform"].form

        typed = shown.initial | {"industries": ["food"], "before_land": []}
        typed |= {f"entries-{n}": value for n, value in MANAGEMENT.items()}
        client.post(address, typed)

        bundle.refresh_from_db()
        assert bundle.industries == ["food"]


MANAGEMENT = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
