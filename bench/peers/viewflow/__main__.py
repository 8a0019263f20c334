"""A process with parallel tasks and a join, with each of Viewflow's database locks."""

import json
import os
import sys

import django

# Whatever the surroundings say: they are the portal's.
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.viewflow.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from viewflow.workflow.models import Task  # noqa: E402

from bench.peers.race import Round, pace, race  # noqa: E402
from bench.peers.viewflow.flows import Many, Two, TwoLocked, TwoWaiting  # noqa: E402

LOCKS = {
    "Viewflow, as it comes (no lock)": Two,
    "Viewflow, select_for_update_lock": TwoLocked,
    "Viewflow, SelectForUpdateLock(nowait=False)": TwoWaiting,
}


def task_of(process, node) -> Task:
    return Task.objects.get(process=process, flow_task=node)


def last_two(flow) -> Round:
    process = flow.start.run()
    nodes = flow.approval_0, flow.approval_1
    first, second = (task_of(process, node) for node in nodes)
    joint = Task.objects.filter(process=process, flow_task=flow.joint)
    return Round((lambda: nodes[0].run(first), lambda: nodes[1].run(second)), joint.count)


def one_of(flow):
    task = task_of(flow.start.run(), flow.approval_0)
    return lambda: flow.approval_0.run(task)


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    races = {
        name: race(lambda flow=flow: last_two(flow), rounds) for name, flow in LOCKS.items()
    }
    paces = {
        "create": pace(lambda: Many.start.run, rounds),
        "act": pace(lambda: one_of(TwoLocked), rounds),
    }
    json.dump({"races": races, "paces": {"Viewflow": paces}}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
