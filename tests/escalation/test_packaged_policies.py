"""The policies of a later release on a database that people work with: it only adds."""

from copy import deepcopy

import pytest

from approvals.packaged import differences, load_catalogue
from huadu_portal.escalation.models import EscalationPolicy, RecheckRequest
from huadu_portal.escalation.operations import packaged, publish_policy
from tests.conftest import HOUR, MONDAY

pytestmark = pytest.mark.django_db

LATER = MONDAY + HOUR


@pytest.fixture
def release(monkeypatch, catalogue):
    """The packaged policies as a later release has them: to be changed at will."""
    policies = deepcopy(packaged.packaged_policies())
    monkeypatch.setattr(packaged, "packaged_policies", lambda: policies)
    return policies


@pytest.fixture
def new_step(release):
    steps = release["receipt"]
    steps.insert(1, deepcopy(steps[0]) | {"code": "middle", "value": 2})


def load():
    return load_catalogue(at=LATER)


def steps(course="receipt"):
    policies = EscalationPolicy.objects.current()
    policy = policies.get(course=course, department=None, grade="")
    return [step.code for step in policy.steps.all()]


def test_every_app_brings_those_of_its_own_things():
    files = {file.parent.parent.name for file in packaged.subjects.PACKAGED}

    assert files >= {"projects", "approvals"}
    assert {"application", "review"} <= set(packaged.packaged_policies())


def test_one_of_a_new_course_is_loaded_and_what_waits_looked_at(catalogue):
    EscalationPolicy.objects.filter(course="receipt").delete()
    RecheckRequest.objects.all().delete()

    load()

    assert steps() == ["near", "last_day"]
    assert [row.course for row in RecheckRequest.objects.all()] == ["receipt"]


def test_one_as_it_came_gets_a_version_with_the_new_step(new_step):
    load()

    assert steps() == ["near", "middle", "last_day"]
    versions = EscalationPolicy.objects.filter(course="receipt").order_by("version")
    assert [(row.version, row.replaced_at) for row in versions] == [(1, LATER), (2, None)]
    assert versions[0].steps.count() == 2
    assert load().added == []


def test_one_that_the_desk_has_published_stays(new_step, chen):
    old = EscalationPolicy.objects.current().get(course="receipt")
    new = EscalationPolicy(course="receipt", note="试行")
    publish_policy(new, [old.steps.first()], by=chen, at=MONDAY, replaces=old)

    load()

    assert steps() == ["near"]


def test_where_ours_says_something_else_is_said_line_by_line(release):
    near = next(step for step in release["application"] if step["code"] == "near")
    near["value"] = 1

    assert list(differences()) == ["application rung near value: 0, packaged 1"]
