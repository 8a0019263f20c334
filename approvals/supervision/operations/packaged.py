"""The ladders that come with the portal: loading them, and where ours say something else."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from approvals.catalogue import packaged as catalogue
from approvals.catalogue.differences import of_row
from approvals.catalogue.operations import Gained
from approvals.supervision.models import Ladder, LadderRung

OF_A_RUNG = ["trigger", "value", "unit", "min_days", "audience", "card", "is_urgent", "text"]


def ladders() -> dict[str, list[dict]]:
    """The rungs for all, by course, as `rung` takes them."""
    return catalogue.read("ladders.yaml")


def rung_of(entry: dict) -> LadderRung:
    fields = {name: value for name, value in entry.items() if name != "urgent"}
    return LadderRung(is_urgent=entry.get("urgent", False), **fields)


def load_ladders(gained: Gained, at: datetime) -> list[str]:
    """The courses that have got a ladder, or one with more rungs.

    A ladder that somebody has published at the desk stays as it is; one that is as it came
    gets a new version with the rungs that are new.
    """
    in_force = Ladder.objects.current().filter(department=None, grade="")
    there = {row.course: row for row in in_force.prefetch_related("rungs")}
    courses = []
    for course, entries in ladders().items():
        old = there.get(course)
        if old and old.published_by_id:
            continue
        kept = {rung.code: rung for rung in old.rungs.all()} if old else {}
        new = [rung_of(entry) for entry in entries if entry["code"] not in kept]
        if not new:
            continue
        _publish(course, old, _in_order(entries, kept, new), at)
        gained.added += [f"rung {rung.code} of {course}" for rung in new]
        courses.append(course)
    return courses


def _in_order(entries, kept: Mapping, new: Iterable[LadderRung]) -> list[LadderRung]:
    """As in the file; what has been dropped from it since comes last."""
    rungs = dict(kept) | {rung.code: rung for rung in new}
    named = [rungs.pop(entry["code"]) for entry in entries]
    return [*named, *rungs.values()]


def _publish(course: str, old: Ladder | None, rungs: list[LadderRung], at: datetime) -> None:
    if old:
        Ladder.objects.filter(pk=old.pk).update(replaced_at=at)
    version = old.version + 1 if old else 1
    ladder = Ladder.objects.create(course=course, version=version, published_at=at)
    for position, rung in enumerate(rungs, start=1):
        rung.pk, rung.ladder, rung.position = None, ladder, position
    LadderRung.objects.bulk_create(rungs)


def differences() -> Iterator[str]:
    """A line each: where a ladder in force says something else than the packaged one."""
    rows = Ladder.objects.current().filter(department=None, grade="")
    there = {row.course: row for row in rows.prefetch_related("rungs")}
    for course, entries in ladders().items():
        if course not in there:
            continue
        here = {rung.code: rung for rung in there[course].rungs.all()}
        packaged = {entry["code"]: rung_of(entry) for entry in entries}
        for code in sorted(here.keys() ^ packaged.keys()):
            yield f"{course} rung {code} only {'here' if code in here else 'packaged'}"
        for code in sorted(here.keys() & packaged.keys()):
            yield from of_row(f"{course} rung {code}", here[code], packaged[code], OF_A_RUNG)
