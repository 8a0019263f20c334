"""Taking an application on, and the project that comes of it, by the API."""

import pytest

from approvals.items.operations import suggested_plan
from projects.models import Project

URL = "/api/v1/projects/"


def accept(client, user, application, agent, **body):
    client.force_login(user)
    body = {"version": application.version, "agent": str(agent.pk)} | body
    url = f"/api/v1/applications/{application.pk}/accept/"
    return client.post(url, body, content_type="application/json")


class TestAccept:
    def test_makes_a_project_with_the_suggested_items(self, client, application, wei, ann):
        response = accept(client, wei, application, ann)

        assert (response.status_code, response.json()["agent"]["name"]) == (200, "Ann")
        project = Project.objects.get(pk=response.json()["id"])
        assert project.items.count() == len(suggested_plan(application))

    def test_what_is_left_out_needs_a_reason(self, client, application, wei, ann):
        response = accept(client, wei, application, ann, types=["HD-GC-01"])

        assert (response.status_code, *response.json()["errors"]) == (400, "exempt")
        assert not Project.objects.exists()

    def test_twice_is_a_conflict(self, client, application, wei, ann):
        accept(client, wei, application, ann)

        response = accept(client, wei, application, ann)

        assert (response.status_code, response.json()["version"]) == (409, 2)

    @pytest.mark.parametrize(
        ("who", "status"), [("alice", 403), ("li", 403), ("bob", 404), ("omar", 404)]
    )
    def test_is_the_windows_alone(self, client, application, ann, request, who, status):
        user = request.getfixturevalue(who)

        assert accept(client, user, application, ann).status_code == status


class TestProject:
    def test_says_money_as_text_in_wan(self, client, project, alice):
        client.force_login(alice)

        said = client.get(f"{URL}{project.pk}/").json()

        assert said["investment_wan"] == "68000.00"

    @pytest.mark.parametrize("part", ["", "items/", "timeline/"])
    def test_another_firm_or_department_does_not_find_it(
        self, client, project, stranger_to_firm, omar, part
    ):
        for user in (stranger_to_firm, omar):
            client.force_login(user)
            assert client.get(f"{URL}{project.pk}/{part}").status_code == 404

    @pytest.mark.parametrize("part", ["items/", "timeline/"])
    def test_shows_its_items_and_their_history(self, client, project, submitted, alice, part):
        client.force_login(alice)

        answer = client.get(f"{URL}{project.pk}/{part}", {"page_size": 200})

        assert answer.status_code == 200
        assert str(submitted.pk) in answer.content.decode()


class TestSummary:
    def test_is_the_leaders(self, client, project, li, alice):
        client.force_login(li)
        said = client.get("/api/v1/dashboard/summary/", {"year": 2025}).json()
        client.force_login(alice)

        assert client.get("/api/v1/dashboard/summary/").status_code == 403
        assert said["started"] == {"count": 0, "investment_yi": "0.00", "output_yi": "0.00"}
