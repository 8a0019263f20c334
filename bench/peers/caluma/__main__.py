"""A case with parallel tasks and a join, as Caluma's documentation draws it.

Complete flows: several tasks share one flow, whose `next` opens when all are completed.
"""

import json
import os
import sys

import django

# Whatever the surroundings say: they are the portal's.
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.caluma.settings"
django.setup()

from caluma.caluma_user.models import BaseUser  # noqa: E402
from caluma.caluma_workflow import api  # noqa: E402
from caluma.caluma_workflow.models import Flow, Task, TaskFlow, Workflow  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from bench.peers.race import Round, pace, race  # noqa: E402

OFFICER = BaseUser(username="officer")
JOINT = "joint"


def workflow(slug: str, parallel: int) -> Workflow:
    """So many tasks side by side; when all are completed, the joint one opens."""
    made = Workflow.objects.create(slug=slug, name=slug, is_published=True)
    joint = Task.objects.create(slug=f"{slug}-{JOINT}", name=JOINT, type=Task.TYPE_SIMPLE)
    flow = Flow.objects.create(next=f"'{joint.slug}'|task")
    for n in range(parallel):
        name = f"{slug}-{n}"
        task = Task.objects.create(slug=name, name=name, type=Task.TYPE_SIMPLE)
        TaskFlow.objects.create(workflow=made, task=task, flow=flow)
        made.start_tasks.add(task)
    return made


def complete(item) -> None:
    """As the mutation `completeWorkItem` does it: in one transaction."""
    with transaction.atomic():
        api.complete_work_item(item, OFFICER)


def complete_without_transaction(item) -> None:
    """The Python interface as it comes: every statement commits by itself."""
    api.complete_work_item(item, OFFICER)


def begin(flow: Workflow):
    with transaction.atomic():
        return api.start_case(flow, OFFICER)


def last_two(flow: Workflow, how) -> Round:
    case = begin(flow)
    first, second = case.work_items.order_by("task_id")
    joint = case.work_items.filter(task_id=f"{flow.slug}-{JOINT}")
    return Round((lambda: how(first), lambda: how(second)), joint.count)


def one_of(flow: Workflow):
    item = begin(flow).work_items.first()
    return lambda: complete(item)


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    two, many = workflow("two", 2), workflow("many", 25)
    races = {
        "Caluma, in one transaction (as its API)": race(
            lambda: last_two(two, complete), rounds
        ),
        "Caluma, without a transaction": race(
            lambda: last_two(two, complete_without_transaction), rounds
        ),
    }
    paces = {
        "create": pace(lambda: lambda: begin(many), rounds),
        "act": pace(lambda: one_of(two), rounds),
    }
    json.dump({"races": races, "paces": {"Caluma": paces}}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
