"""The list of projects: the firm's own, all for the centre."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import ApprovalItem, Lamp, Status
from projects.models import Project
from tests.conftest import DAY, MONDAY


@pytest.fixture
def url():
    return reverse("agents:projects")


def listed(response):
    return [project for project, _outline in response.context["rows"]]


def many(project, count):
    return Project.objects.bulk_create(
        Project(
            number=f"HD2025-8{n:03}",
            enterprise=project.enterprise,
            name=f"项目{n}",
            phase=Project.Phase.SIGNED,
            created_at=MONDAY,
        )
        for n in range(count)
    )


class TestVisibility:
    def test_a_firm_sees_its_own(self, client, alice, project, other_project, url):
        client.force_login(alice)

        assert listed(client.get(url)) == [project]

    @pytest.mark.parametrize("username", ["wei", "li", "ada"])
    def test_the_centre_sees_all(self, client, request, project, other_project, url, username):
        client.force_login(request.getfixturevalue(username))

        assert set(listed(client.get(url))) == {project, other_project}

    @pytest.mark.parametrize("username", ["eve", "omar", "tom"])
    def test_others_see_none(self, client, request, project, url, username):
        client.force_login(request.getfixturevalue(username))

        response = client.get(url)

        assert (response.status_code, listed(response)) == (200, [])

    def test_anonymous_is_asked_to_sign_in(self, client, url):
        assert client.get(url).url.startswith("/accounts/login/")


class TestSearch:
    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"q": "座椅"}, 1),
            ({"q": "广州"}, 2),
            ({"q": "HD2025-"}, 2),
            ({"q": "不存在"}, 0),
            ({"phase": "signed"}, 2),
            ({"phase": "building"}, 0),
            ({"town": "440114107"}, 2),
            ({"town": "440114001"}, 0),
            ({"phase": "nonsense"}, 0),
            ({"q": "座椅", "town": "440114107"}, 1),
            ({"page": "99"}, 2),
        ],
    )
    def test_it_narrows(self, client, wei, project, other_project, url, asked, count):
        client.force_login(wei)

        assert len(listed(client.get(url, asked))) == count

    def test_an_agent_may_ask_for_their_own(self, client, ann, project, url):
        (foreign,) = many(project, 1)
        client.force_login(ann.user)

        assert foreign in listed(client.get(url))
        assert listed(client.get(url, {"mine": "on"})) == [project]


class TestRows:
    def test_a_row_counts_what_is_met_and_what_waits(
        self, client, alice, project, granted, url
    ):
        client.force_login(alice)

        [(_project, outline)] = client.get(url).context["rows"]

        ready = project.items.filter(status=Status.READY)
        recorded = [item for item in ready if item.approval_type.is_recorded]
        assert (outline.total, outline.met) == (project.items.count(), 1)
        assert len(outline.to_do) == ready.count() - len(recorded)

    def test_a_row_counts_lamps(self, client, wei, project, accepted, url):
        ApprovalItem.objects.filter(pk=accepted.pk).update(
            near_on=MONDAY.date(), due_on=(MONDAY + DAY).date()
        )
        client.force_login(wei)

        [(_project, outline)] = client.get(url).context["rows"]

        # Past its promise; the law sets no limit.
        assert outline.lamps[Lamp.RED] == 1
        assert outline.pressing == [accepted]

    def test_queries_do_not_grow_with_rows(self, client, wei, project, url):
        client.force_login(wei)
        client.get(url)
        with CaptureQueriesContext(connection) as one:
            client.get(url)
        many(project, 15)

        with CaptureQueriesContext(connection) as sixteen:
            response = client.get(url)

        assert len(listed(response)) == 16
        assert len(sixteen) == len(one)

    def test_it_has_pages(self, client, wei, project, url):
        many(project, 25)
        client.force_login(wei)

        assert len(listed(client.get(url))) == 20
        assert len(listed(client.get(url, {"page": 2}))) == 6
