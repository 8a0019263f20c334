"""What comes with the portal as data, of all rooms: loading it, and where ours says otherwise."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from approvals.catalogue import differences as of_catalogue
from approvals.catalogue.operations import Gained, load_types
from approvals.joint.operations.packaged import load_bundles
from approvals.supervision.operations import look_again
from approvals.supervision.operations import packaged as of_supervision


@transaction.atomic
def load_catalogue(*, at: datetime) -> Gained:
    """Departments, materials, types, what links them, bundles and ladders.

    What waits on a new ladder is looked at by the next sweep. Safe to repeat and beside
    another load, which waits for this one.
    """
    gained = Gained()
    types, new = load_types(gained)
    load_bundles(types, gained)
    courses = of_supervision.load_ladders(gained, at)
    # In a database that was empty nothing waits.
    if courses and len(new) < len(types):
        look_again(*courses)
    return gained


def differences() -> Iterator[str]:
    """A line each: what the desk has changed, and what a newer release says otherwise.

    A load changes none of it; somebody has to decide.
    """
    yield from of_catalogue.differences()
    yield from of_supervision.differences()
