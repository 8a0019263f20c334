"""Loading what the packaged catalogue has and the database does not have yet.

Only adds. A row that is there keeps what it says, whoever wrote it; a link of a type
(material, prerequisite, part) that came with it once and was taken away stays away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from approvals import catalogue
from approvals.models import (
    ApprovalType,
    BundledType,
    JointBundle,
    Ladder,
    LadderRung,
    MaterialRequirement,
    PackagedType,
)
from approvals.operations.watched import look_again
from huadu_portal.accounts.models import Department
from projects.models import MaterialKind

Types = Mapping[str, ApprovalType]
Pairs = set[tuple[str, str]]


@dataclass
class Gained:
    """What a load has added, a line each, and what it had to leave out, with the reason."""

    added: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def load_catalogue(*, at: datetime) -> Gained:
    """Departments, materials, types, what links them, bundles and ladders.

    What waits on a new ladder is looked at by the next sweep. Safe to repeat and beside
    another load, which waits for this one.
    """
    with connection.cursor() as cursor:
        table = PackagedType._meta.db_table
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    gained = Gained()
    departments, kinds = _load_departments(gained), _load_kinds(gained)
    types, new = _load_types(departments, gained)
    _load_validity(types, gained)
    _load_links(types, new, kinds, gained)
    _load_bundles(types, gained)
    courses = _load_ladders(gained, at)
    # In a database that was empty nothing waits.
    if courses and len(new) < len(types):
        look_again(*courses)
    return gained


def _load_departments(gained: Gained) -> dict[str, Department]:
    """By their codes; the desk may have given them other names."""
    there = {row.code: row for row in Department.objects.all()}
    new = [Department(**row) for row in catalogue.departments() if row["code"] not in there]
    for row in Department.objects.bulk_create(new):
        there[row.code] = row
        gained.added.append(f"department {row.code}")
    return there


def _load_kinds(gained: Gained) -> dict[str, MaterialKind]:
    """By their names. Codes are numbers in the order in which the kinds came."""
    there = {kind.name: kind for kind in MaterialKind.objects.all()}
    numbers = [int(kind.code[1:]) for kind in there.values() if kind.code[1:].isdecimal()]
    new = [kind for kind in catalogue.kinds() if kind.name not in there]
    for number, kind in enumerate(new, start=max(numbers, default=0) + 1):
        kind.code = f"M{number:03}"
        there[kind.name] = kind
        gained.added.append(f"material {kind.name}")
    MaterialKind.objects.bulk_create(new)
    return there


def _load_types(departments, gained: Gained) -> tuple[Types, set[str]]:
    """All by their codes, and the codes of the new ones."""
    codes = {row["name"]: row["code"] for row in catalogue.departments()}
    handled_by = {entry["code"]: codes[entry["department"]] for entry in catalogue.entries()}
    there = {row.code: row for row in ApprovalType.objects.all()}
    new = [row for row in catalogue.approval_types() if row.code not in there]
    for row in new:
        row.department = departments[handled_by[row.code]]
        there[row.code] = row
        gained.added.append(f"type {row.code}")
    ApprovalType.objects.bulk_create(new)
    return there, {row.code for row in new}


def _load_validity(types: Types, gained: Gained) -> None:
    """A rule for a type that has none at all; the desk may have taken its months away."""
    for code, rule in catalogue.validity().items():
        row = types[code]
        if row.valid_months is None and not row.valid_note:
            ApprovalType.objects.filter(pk=row.pk).update(**rule)
            gained.added.append(f"validity of {code}")


# ---- Links: what a type comes after, its parts, the materials it asks for --------------------


def _load_links(types: Types, new: set[str], kinds, gained: Gained) -> None:
    """Those that the catalogue has named since it was loaded the last time."""
    known = {row.approval_type_id: row.links for row in PackagedType.objects.all()}
    packaged = catalogue.links()
    _keep_in_mind(types, packaged, known)

    def missing(name: str) -> Pairs:
        """Not named before, or of a type that is new. What is not known of an old type, from
        before loads were kept in mind, counts as taken away."""
        return {
            (code, other)
            for code, links in packaged.items()
            for other in links[name]
            if {code, other} & new
            or other not in known.get(types[code].pk, links).get(name, [])
        }

    _load_prerequisites(types, missing("prerequisites"), gained)
    _load_parts(types, missing("parts"), gained)
    _load_requirements(types, kinds, missing("materials"), gained)


def _keep_in_mind(types: Types, packaged: Mapping, known: Mapping) -> None:
    changed = [
        PackagedType(approval_type=types[code], links=links)
        for code, links in packaged.items()
        if known.get(types[code].pk) != links
    ]
    PackagedType.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["approval_type"],
        update_fields=["links"],
    )


def _load_prerequisites(types: Types, missing: Pairs, gained: Gained) -> None:
    """A type never comes to wait for itself, whatever the desk has linked meanwhile."""
    through = ApprovalType.prerequisites.through
    there, new = _pairs(through, types), []
    for code, earlier in sorted(missing - there):
        if _leads(there, earlier, code):
            gained.left_out.append(f"{code} after {earlier}: that would be a circle here")
            continue
        there.add((code, earlier))
        new.append((code, earlier))
        gained.added.append(f"{code} after {earlier}")
    _link(through, types, new)


def _load_parts(types: Types, missing: Pairs, gained: Gained) -> None:
    """联合验收: what is inspected together."""
    through = ApprovalType.parts.through
    new = sorted(missing - _pairs(through, types)) if missing else []
    gained.added += [f"{part} as a part of {whole}" for whole, part in new]
    _link(through, types, new)


def _pairs(through, types: Types) -> Pairs:
    codes = {row.pk: code for code, row in types.items()}
    rows = through.objects.values_list("from_approvaltype_id", "to_approvaltype_id")
    return {(codes[one], codes[other]) for one, other in rows}


def _link(through, types: Types, pairs: Iterable[tuple[str, str]]) -> None:
    through.objects.bulk_create(
        through(from_approvaltype_id=types[one].pk, to_approvaltype_id=types[other].pk)
        for one, other in pairs
    )


def _leads(pairs: Pairs, start: str, end: str) -> bool:
    """Whether one comes to `end` by going from `start` to what it waits for."""
    seen, waiting = set(), [start]
    while waiting:
        if (code := waiting.pop()) == end:
            return True
        if code not in seen:
            seen.add(code)
            waiting += [other for one, other in pairs if one == code]
    return False


def _load_requirements(types: Types, kinds, missing: Pairs, gained: Gained) -> None:
    rows = MaterialRequirement.objects.values_list("approval_type__code", "kind__name")
    there = set(rows) if missing else set()
    new = [
        MaterialRequirement(
            approval_type=types[code],
            kind=kinds[name],
            is_tolerable=catalogue.is_tolerable(code, name),
            position=position,
        )
        for code, links in catalogue.links().items()
        for position, name in enumerate(links["materials"])
        if (code, name) in missing - there
    ]
    MaterialRequirement.objects.bulk_create(new)
    gained.added += [f"{row.approval_type.code} asks for {row.kind.name}" for row in new]


# ---- Bundles and ladders: the desk changes them as a whole -----------------------------------


def _load_bundles(types: Types, gained: Gained) -> None:
    """One that is there keeps the limits and approvals it has been given."""
    there = set(JointBundle.objects.values_list("code", flat=True))
    for position, row in enumerate(catalogue.bundles()):
        fields = {name: value for name, value in row.items() if name != "approvals"}
        if row["code"] in there:
            continue
        bundle = JointBundle.objects.create(**fields, position=position)
        BundledType.objects.bulk_create(
            BundledType(
                bundle=bundle,
                approval_type=types[entry["code"]],
                rests_on=entry["rests_on"],
                position=n,
            )
            for n, entry in enumerate(row["approvals"])
        )
        gained.added.append(f"bundle {bundle.code}")


def _load_ladders(gained: Gained, at: datetime) -> list[str]:
    """The courses that have got a ladder, or one with more rungs.

    A ladder that somebody has published at the desk stays as it is; one that is as it came
    gets a new version with the rungs that are new.
    """
    in_force = Ladder.objects.current().filter(department=None, grade="")
    there = {row.course: row for row in in_force.prefetch_related("rungs")}
    courses = []
    for course, entries in catalogue.ladders().items():
        old = there.get(course)
        if old and old.published_by_id:
            continue
        kept = {rung.code: rung for rung in old.rungs.all()} if old else {}
        new = [catalogue.rung(entry) for entry in entries if entry["code"] not in kept]
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
