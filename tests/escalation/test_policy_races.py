"""A new version of a policy sent twice at the same time, as by a double click."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from huadu_portal.escalation.models import EscalationPolicy, Step
from huadu_portal.escalation.operations import publish_policy
from tests.conftest import MONDAY


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("grade", ["", "major"])
def test_one_version_is_made_and_both_are_answered_with_it(catalogue, chen, grade):
    """One that replaces the policy of all, and the first of a grade, which replaces none."""
    of_all = EscalationPolicy.objects.current().get(course="review", department=None, grade="")
    steps = list(of_all.steps.all())
    together = Barrier(2)

    def send(_):
        together.wait()
        try:
            new = EscalationPolicy(course="review", grade=grade, note="试行")
            again = [Step(**step.content) for step in steps]
            replaced = None if grade else of_all
            return publish_policy(new, again, by=chen, at=MONDAY, replaces=replaced).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(send, range(2)))

    there = EscalationPolicy.objects.current().get(
        course="review", department=None, grade=grade
    )
    assert made == [there.pk] * 2
