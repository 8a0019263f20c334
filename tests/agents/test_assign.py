"""Handing a project from one service agent to another."""

import pytest
from django.core.exceptions import PermissionDenied

from agents import operations
from agents.models import ServiceAgent
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from tests.conftest import DAY, MONDAY, person


@pytest.fixture
def ben(catalogue):
    """Another service agent."""
    return ServiceAgent.objects.create(user=person("ben", User.Role.AGENT, "centre"))


class TestOperation:
    def test_leaves_no_instant_without_an_agent_and_none_with_two(self, project, wei, ben):
        operations.assign(project, ben, by=wei, at=MONDAY + DAY)

        first, second = project.assignments.order_by("started_at")
        assert first.ended_at == second.started_at == MONDAY + DAY
        assert second.ended_at is None

    def test_makes_the_new_one_the_projects_agent(self, project, wei, ben):
        operations.assign(project, ben, by=wei, at=MONDAY + DAY)

        project.refresh_from_db()
        assert project.agent == ben.user

    def test_does_not_hand_it_to_whoever_has_it(self, project, wei, ann):
        with pytest.raises(NotAllowed):
            operations.assign(project, ann, by=wei, at=MONDAY + DAY)

    def test_is_not_for_an_agent_to_do(self, project, ann, ben):
        with pytest.raises(PermissionDenied):
            operations.assign(project, ben, by=ann.user, at=MONDAY + DAY)
