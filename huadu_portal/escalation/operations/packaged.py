"""The policies that come with the apps: loading them, and where ours say something else.

Each app keeps those of its own things in `data/escalation.yaml` and names the file when it
registers them (`huadu_portal/escalation/subjects.py:register`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import yaml

from huadu_portal.differences import of_row
from huadu_portal.escalation import subjects
from huadu_portal.escalation.models import EscalationPolicy, Step
from huadu_portal.escalation.operations.policies import add_steps

COMPARED = ["trigger", "value", "unit", "min_days", "audience", "card", "is_urgent", "text"]


def packaged_policies() -> dict[str, list[dict]]:
    """The steps for all, by course, as `step_of` takes them."""
    found: dict[str, list[dict]] = {}
    for file in subjects.PACKAGED:
        found |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def step_of(entry: Mapping) -> Step:
    fields = {name: value for name, value in entry.items() if name != "urgent"}
    return Step(is_urgent=entry.get("urgent", False), **fields)


def load_policies(at: datetime) -> list[tuple[str, Step]]:
    """The steps that are new, each with its course.

    A policy that somebody has published at the desk stays as it is; one that is as it came
    gets a new version with the steps that are new.
    """
    there, added = _in_force(), []
    for course, entries in packaged_policies().items():
        old = there.get(course)
        if old and old.published_by_id:
            continue
        kept = {step.code: step for step in old.steps.all()} if old else {}
        new = [step_of(entry) for entry in entries if entry["code"] not in kept]
        if not new:
            continue
        _publish(course, old, _in_order(entries, kept, new), at)
        added += [(course, step) for step in new]
    return added


def _in_force() -> dict[str, EscalationPolicy]:
    """The policies for all, by course."""
    rows = EscalationPolicy.objects.current().filter(department=None, grade="")
    return {row.course: row for row in rows.prefetch_related("steps")}


def _in_order(
    entries: Iterable[Mapping], kept: Mapping[str, Step], new: Iterable[Step]
) -> list[Step]:
    """As in the file; what has been dropped from it since comes last."""
    steps = dict(kept) | {step.code: step for step in new}
    named = [steps.pop(entry["code"]) for entry in entries]
    return [*named, *steps.values()]


def _publish(
    course: str, old: EscalationPolicy | None, steps: Sequence[Step], at: datetime
) -> None:
    if old:
        EscalationPolicy.objects.filter(pk=old.pk).update(replaced_at=at)
    version = old.version + 1 if old else 1
    policy = EscalationPolicy.objects.create(course=course, version=version, published_at=at)
    add_steps(policy, steps)


def policy_differences() -> Iterator[str]:
    """A line each: where a policy in force says something else than the packaged one."""
    there = _in_force()
    for course, entries in packaged_policies().items():
        if course not in there:
            continue
        here = {step.code: step for step in there[course].steps.all()}
        packaged = {entry["code"]: step_of(entry) for entry in entries}
        for code in sorted(here.keys() ^ packaged.keys()):
            yield f"{course} rung {code} only {'here' if code in here else 'packaged'}"
        for code in sorted(here.keys() & packaged.keys()):
            yield from of_row(f"{course} rung {code}", here[code], packaged[code], COMPARED)
