"""The portal's own join: the last two prerequisites of an item granted at once."""

import json
import os
import sys
from functools import partial
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huadu_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from approvals.acts import operations  # noqa: E402
from approvals.items.operations import history  # noqa: E402
from approvals.models import ApprovalType, ItemEvent, Status  # noqa: E402
from bench.peers.race import Round, pace, race  # noqa: E402
from bench.volume import MONDAY, Cast  # noqa: E402
from huadu_portal.notifications import tasks  # noqa: E402
from huadu_portal.prepared import Prepared  # noqa: E402

CONTROL = 60


def joined_types(cast: Cast) -> list[ApprovalType]:
    """Two types of one department, and a third that needs both."""
    # None moves the project's phase: that would already let one wait for the other.
    still = [entry for entry in cast.types_of(cast.planning) if not entry.reaches_phase]
    first, second, third = still[:3]
    first.prerequisites.clear()
    second.prerequisites.clear()
    third.prerequisites.set([first, second])
    return [first, second, third]


def last_two(cast: Cast, types: list[ApprovalType]) -> Round:
    project = cast.take_on(cast.application(MONDAY), MONDAY, types)
    first, second, third = (project.items.get(approval_type=entry) for entry in types)
    opened = ItemEvent.objects.filter(item=third, to_status=Status.READY)
    return Round((_granting(cast, first), _granting(cast, second)), opened.count)


def _granting(cast: Cast, item):
    item = cast.accepted(cast.submitted(item, MONDAY), MONDAY)
    return partial(operations.grant, item, by=cast.officer, at=MONDAY, version=item.version)


def taking_on(cast: Cast, types: list[ApprovalType]):
    return partial(cast.take_on, cast.application(MONDAY), MONDAY, types)


def accepting(cast: Cast, types: list[ApprovalType]):
    project = cast.take_on(cast.application(MONDAY), MONDAY, types)
    item = cast.submitted(project.items.get(approval_type=types[0]), MONDAY)
    return partial(operations.accept, item, by=cast.officer, at=MONDAY, version=item.version)


def main(rounds: int) -> None:
    tasks.wake_worker = lambda: None
    call_command("migrate", verbosity=0)
    cast = Cast()
    paces = {"create": pace(lambda: taking_on(cast, cast.types[:25]), rounds)}
    types = joined_types(cast)
    races = {"this portal": race(lambda: last_two(cast, types), rounds)}
    paces["act"] = pace(lambda: accepting(cast, types), rounds)
    # The control: the same race is lost at once where nobody waits for anybody.
    with (
        patch.object(QuerySet, "select_for_update", lambda rows, **options: rows),
        # Made into SQL anew, without its locks.
        patch.object(history, "PROJECT", Prepared(history.PROJECT.ask)),
        patch.object(history, "ITEM", Prepared(history.ITEM.ask)),
    ):
        races["this portal, its locks switched off"] = race(
            lambda: last_two(cast, types), CONTROL
        )
    json.dump({"races": races, "paces": {"this portal": paces}}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
