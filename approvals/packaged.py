"""What comes with the portal as data, of all rooms: loading it, and where ours says otherwise."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from approvals.catalogue import differences as of_catalogue
from approvals.catalogue.operations import Gained, load_types
from approvals.joint.operations.packaged import load_bundles
from huadu_portal.escalation.operations import request_recheck
from huadu_portal.escalation.operations.packaged import load_policies, policy_differences


@transaction.atomic
def load_catalogue(*, at: datetime) -> Gained:
    """Departments, materials, types, what links them, bundles and escalation policies.

    What waits on a new policy is looked at by the next sweep. Safe to repeat and beside
    another load, which waits for this one.
    """
    gained = Gained()
    types, new = load_types(gained)
    load_bundles(types, gained)
    added = load_policies(at)
    gained.added += [f"rung {step.code} of {course}" for course, step in added]
    # In a database that was empty nothing waits.
    if added and len(new) < len(types):
        request_recheck(*dict(added))
    return gained


def differences() -> Iterator[str]:
    """A line each: what the desk has changed, and what a newer release says otherwise.

    A load changes none of it; somebody has to decide.
    """
    yield from of_catalogue.catalogue_differences()
    yield from policy_differences()
