"""The facts of a project are put right after it has been taken on, by those who may."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agents import operations
from approvals.joint.operations import open_case
from approvals.models import JointBundle
from huadu_portal.accounts.models import User
from huadu_portal.errors import Stale
from projects.models import EDITED_BY
from projects.operations import editable_by
from tests.conftest import DAY, MONDAY, person

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY
CODE = "2503-440114-04-01-123456"


@pytest.fixture
def chief(catalogue):
    return person("cora", User.Role.CHIEF_OFFICER, "centre")


def edit(project, by, note="", **changes):
    project.refresh_from_db()
    return operations.edit(
        project, by=by, at=TUESDAY, version=project.version, changes=changes, note=note
    )


def page_of(project):
    return reverse("agents:edit_project", args=[project.pk])


def desk_of(project):
    return f"/admin/projects/project/{project.pk}/acts/edit/"


def typed(client, address):
    """The form as it was given, to be sent again."""
    fields = client.get(address).context["form"]
    said = {name: fields[name].value() for name in fields.fields}
    return {
        name: value for name, value in said.items() if value is not None and value is not False
    }


def patch(client, project, **body):
    address = f"/api/v1/projects/{project.pk}/"
    return client.patch(address, body, content_type="application/json")


class TestRights:
    def test_the_table_says_who_may_what(self, project, wei, chen, ann, alice, li):
        head, window = editable_by(chen, project), editable_by(wei, project)

        assert head == list(EDITED_BY)
        assert set(head) - set(window) == {"grade", "chief_officer"}
        assert editable_by(ann.user, project) == window
        assert editable_by(alice, project) == ["contact_name", "contact_mobile"]
        assert editable_by(li, project) == []

    def test_another_agent_may_nothing(self, project):
        other = person("ben", User.Role.AGENT, "centre")

        assert editable_by(other, project) == []

    @pytest.mark.parametrize(
        ("who", "change"),
        [("wei", {"grade": "major"}), ("alice", {"land_mu": 40}), ("omar", {"site": "x"})],
    )
    def test_what_is_not_theirs_is_refused(self, request, project, who, change):
        with pytest.raises(PermissionDenied):
            edit(project, request.getfixturevalue(who), **change)

        assert not project.edits.exists()


class TestOperation:
    def test_keeps_old_and_new_values(self, project, wei):
        edit(project, wei, note="按备案证", national_code=CODE, land_mu=40)

        project.refresh_from_db()
        kept = project.edits.get()
        assert (project.national_code, project.land_mu, project.version) == (CODE, 40, 1)
        assert kept.changes == {"national_code": [None, CODE], "land_mu": ["37.00", "40"]}
        assert (kept.by, kept.at, kept.note) == (wei, TUESDAY, "按备案证")

    def test_names_the_chief_officer_and_the_grade(self, project, chen, chief):
        edit(project, chen, chief_officer=chief, grade="major")

        project.refresh_from_db()
        assert (project.chief_officer, project.grade) == (chief, "major")

    def test_takes_nobody_else_for_the_chief(self, project, chen, omar):
        with pytest.raises(ValidationError) as refused:
            edit(project, chen, chief_officer=omar)

        assert list(refused.value.message_dict) == ["chief_officer"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("national_code", "123"), ("industry", "x"), ("fixed_assets_wan", -1)],
    )
    def test_says_beside_the_field_what_is_wrong(self, project, wei, field, value):
        with pytest.raises(ValidationError) as refused:
            edit(project, wei, **{field: value})

        assert list(refused.value.message_dict) == [field]

    def test_refuses_another_projects_code(self, project, other_project, wei):
        edit(other_project, wei, national_code=CODE)

        with pytest.raises(ValidationError) as refused:
            edit(project, wei, national_code=CODE)

        assert list(refused.value.message_dict) == ["national_code"]

    def test_holds_dates_in_their_order(self, project, wei):
        with pytest.raises(ValidationError) as refused:
            edit(project, wei, starts_on=MONDAY.date(), completes_on=(MONDAY - DAY).date())

        assert list(refused.value.message_dict) == ["completes_on"]

    def test_refuses_an_edit_that_changes_nothing(self, project, wei):
        with pytest.raises(ValidationError):
            edit(project, wei, land_mu=37)

    def test_of_two_at_once_the_second_has_to_look_again(self, project, wei, chen):
        seen = project.version
        edit(project, wei, land_mu=40)

        with pytest.raises(Stale):
            operations.edit(project, by=chen, at=TUESDAY, version=seen, changes={"land_mu": 41})

    def test_an_area_with_opinions_is_changed_in_its_joint_case(self, project, alice, wei):
        bundle = JointBundle.objects.get(code="industrial-five")
        open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)

        with pytest.raises(ValidationError) as refused:
            edit(project, wei, land_mu=40)

        assert list(refused.value.message_dict) == ["land_mu"]

    def test_contacts_come_with_the_application(self, project):
        assert (project.contact_name, project.contact_mobile) == ("陈静", "13800138000")


class TestPage:
    @pytest.mark.parametrize("who", ["wei", "ann"])
    def test_the_centre_and_its_agent_edit_there(self, request, client, project, who):
        person = request.getfixturevalue(who)
        client.force_login(getattr(person, "user", person))

        client.post(page_of(project), typed(client, page_of(project)) | {"land_mu": "40"})

        project.refresh_from_db()
        assert project.land_mu == 40
        assert list(project.edits.get().changes) == ["land_mu"]

    def test_the_firm_edits_whom_to_call_and_reads_what_changed(self, client, project, alice):
        client.force_login(alice)
        said = typed(client, page_of(project))
        assert set(said) == {"version", "contact_name", "contact_mobile"}

        client.post(page_of(project), said | {"contact_mobile": "139 0013 9000"})

        shown = client.get(project.get_absolute_url()).text
        assert "13900139000" in shown
        assert "13800138000" in shown

    def test_what_is_wrong_loses_nothing_typed(self, client, project, wei):
        client.force_login(wei)
        said = typed(client, page_of(project)) | {"land_mu": "40", "national_code": "12"}

        shown = client.post(page_of(project), said)

        form = shown.context["form"]
        assert list(form.errors) == ["national_code"]
        assert form["land_mu"].value() == "40"

    def test_a_stale_page_is_told_so(self, client, project, wei):
        client.force_login(wei)
        said = typed(client, page_of(project))
        edit(project, wei, land_mu=41)

        client.post(page_of(project), said | {"land_mu": "40"})

        project.refresh_from_db()
        assert project.land_mu == 41

    def test_a_reader_is_refused_and_a_stranger_finds_nothing(self, client, project, li, bob):
        for who, status in [(li, 403), (bob, 404)]:
            client.force_login(who)
            assert client.get(page_of(project)).status_code == status

    def test_the_link_is_for_those_who_may(self, client, project, li, wei):
        for who, is_there in [(li, False), (wei, True)]:
            client.force_login(who)
            shown = client.get(project.get_absolute_url()).text
            assert (page_of(project) in shown) == is_there


class TestDesk:
    def test_the_head_names_the_chief_there(self, client, project, chen, chief):
        client.force_login(chen)

        client.post(
            desk_of(project), typed(client, desk_of(project)) | {"chief_officer": chief.pk}
        )

        project.refresh_from_db()
        assert project.chief_officer == chief
        assert "Cora" in client.get(f"/admin/projects/project/{project.pk}/change/").text


class TestApi:
    def test_changes_what_is_sent_and_nothing_else(self, client, project, wei):
        client.force_login(wei)

        answer = patch(client, project, version=0, national_code=CODE, note="按备案证")

        assert answer.status_code == 200
        assert (answer.json()["national_code"], answer.json()["version"]) == (CODE, 1)

    def test_says_what_changed(self, client, project, wei, alice):
        edit(project, wei, land_mu=40)
        client.force_login(alice)

        (said,) = client.get(f"/api/v1/projects/{project.pk}/changes/").json()

        assert said["changes"] == {"land_mu": ["37.00", "40"]}

    @pytest.mark.parametrize(
        ("who", "body", "status"),
        [
            ("wei", {"version": 7, "site": "x"}, 409),
            ("wei", {"version": 0, "grade": "major"}, 403),
            ("wei", {"version": 0, "national_code": "12"}, 400),
            ("wei", {"version": 0}, 400),
            ("alice", {"version": 0, "site": "x"}, 403),
            ("li", {"version": 0, "site": "x"}, 403),
            ("bob", {"version": 0, "site": "x"}, 404),
        ],
    )
    def test_refuses(self, request, client, project, who, body, status):
        client.force_login(request.getfixturevalue(who))

        assert patch(client, project, **body).status_code == status
