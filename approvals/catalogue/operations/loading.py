"""Loading what the packaged catalogue has and the database does not have yet.

Only adds. A row that is there keeps what it says, whoever wrote it; a link of a type
(material, prerequisite, part) that came with it once and was taken away stays away. A type that
has a version of the desk's gets nothing: `manage.py load_catalogue` says where it differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Model

from approvals.catalogue import packaged
from approvals.catalogue.models import (
    ApprovalType,
    MaterialRequirement,
    PackagedType,
    TypeVersion,
)
from huadu_portal.accounts.models import Department
from projects.models import MaterialKind

Types = Mapping[str, ApprovalType]
Pairs = set[tuple[str, str]]


@dataclass
class Gained:
    """What a load has added, a line each, and what it had to leave out, with the reason."""

    added: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def load_types(gained: Gained) -> tuple[Types, set[str]]:
    """Departments, materials, types and what links them: all types, and the new ones' codes.

    Within a transaction of the caller's, to whose end another load waits.
    """
    with connection.cursor() as cursor:
        table = PackagedType._meta.db_table
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    departments, kinds = _load_departments(gained), _load_kinds(gained)
    types, new = _load_types(departments, gained)
    changed = _changed_here()
    _load_validity(types, changed, gained)
    _load_aliases(types, changed, gained)
    _load_links(types, new, changed, kinds, gained)
    return types, new


def _changed_here() -> set[str]:
    """Codes of the types of which the desk has published a version."""
    of_desk = TypeVersion.objects.filter(published_by__isnull=False, cancelled_at=None)
    return set(of_desk.values_list("approval_type__code", flat=True))


def _load_departments(gained: Gained) -> dict[str, Department]:
    """By their codes; the desk may have given them other names."""
    there = {row.code: row for row in Department.objects.all()}
    new = [Department(**row) for row in packaged.departments() if row["code"] not in there]
    for row in Department.objects.bulk_create(new):
        there[row.code] = row
        gained.added.append(f"department {row.code}")
    return there


def _load_kinds(gained: Gained) -> dict[str, MaterialKind]:
    """By their names. Codes are numbers in the order in which the kinds came."""
    there = {kind.name: kind for kind in MaterialKind.objects.all()}
    numbers = [int(kind.code[1:]) for kind in there.values() if kind.code[1:].isdecimal()]
    new = [kind for kind in packaged.material_kinds() if kind.name not in there]
    for number, kind in enumerate(new, start=max(numbers, default=0) + 1):
        kind.code = f"M{number:03}"
        there[kind.name] = kind
        gained.added.append(f"material {kind.name}")
    MaterialKind.objects.bulk_create(new)
    return there


def _load_types(
    departments: Mapping[str, Department], gained: Gained
) -> tuple[Types, set[str]]:
    """All by their codes, and the codes of the new ones."""
    codes = {row["name"]: row["code"] for row in packaged.departments()}
    handled_by = {entry["code"]: codes[entry["department"]] for entry in packaged.entries()}
    there = {row.code: row for row in ApprovalType.objects.all()}
    new = [row for row in packaged.approval_types() if row.code not in there]
    for row in new:
        row.department = departments[handled_by[row.code]]
        there[row.code] = row
        gained.added.append(f"type {row.code}")
    ApprovalType.objects.bulk_create(new)
    return there, {row.code for row in new}


def _load_validity(types: Types, changed: set[str], gained: Gained) -> None:
    """A rule for a type that has none at all; the desk may have taken its months away."""
    for code, rule in packaged.validity().items():
        row = types[code]
        if code not in changed and row.valid_months is None and not row.valid_note:
            ApprovalType.objects.filter(pk=row.pk).update(**rule)
            gained.added.append(f"validity of {code}")


def _load_aliases(types: Types, changed: set[str], gained: Gained) -> None:
    """Short forms for a type that has none."""
    for code, words in packaged.aliases().items():
        row = types.get(code)
        if row and code not in changed and not row.aliases:
            ApprovalType.objects.filter(pk=row.pk).update(aliases=words)
            gained.added.append(f"short forms of {code}")


# ---- Links: what a type comes after, its parts, the materials it asks for --------------------


def _load_links(
    types: Types,
    new: set[str],
    changed: set[str],
    kinds: Mapping[str, MaterialKind],
    gained: Gained,
) -> None:
    """Those that the catalogue has named since it was loaded the last time.

    A type that the desk has `changed` gets no material and no prerequisite.
    """
    known = {row.approval_type_id: row.links for row in PackagedType.objects.all()}
    came = packaged.links()
    _keep_in_mind(types, came, known)

    def missing(name: str) -> Pairs:
        """Not named before, or of a type that is new. What is not known of an old type, from
        before loads were kept in mind, counts as taken away."""
        return {
            (code, other)
            for code, links in came.items()
            for other in links[name]
            if {code, other} & new
            or other not in known.get(types[code].pk, links).get(name, [])
        }

    def welcome(name: str) -> Pairs:
        return {pair for pair in missing(name) if pair[0] not in changed}

    _load_prerequisites(types, welcome("prerequisites"), gained)
    _load_parts(types, missing("parts"), gained)
    _load_requirements(types, kinds, welcome("materials"), gained)


def _keep_in_mind(types: Types, came: Mapping, known: Mapping) -> None:
    changed = [
        PackagedType(approval_type=types[code], links=links)
        for code, links in came.items()
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
        if leads(there, earlier, code):
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


def _pairs(through: type[Model], types: Types) -> Pairs:
    codes = {row.pk: code for code, row in types.items()}
    rows = through._default_manager.values_list("from_approvaltype_id", "to_approvaltype_id")
    return {(codes[one], codes[other]) for one, other in rows}


def _link(through: type[Model], types: Types, pairs: Iterable[tuple[str, str]]) -> None:
    through._default_manager.bulk_create(
        through(from_approvaltype_id=types[one].pk, to_approvaltype_id=types[other].pk)
        for one, other in pairs
    )


def leads(pairs: Pairs, start: str, end: str) -> bool:
    """Whether one comes to `end` by going from `start` to what it waits for."""
    seen, waiting = set(), [start]
    while waiting:
        if (code := waiting.pop()) == end:
            return True
        if code not in seen:
            seen.add(code)
            waiting += [other for one, other in pairs if one == code]
    return False


def _load_requirements(
    types: Types, kinds: Mapping[str, MaterialKind], missing: Pairs, gained: Gained
) -> None:
    rows = MaterialRequirement.objects.values_list("approval_type__code", "kind__name")
    there = set(rows) if missing else set()
    new = [
        MaterialRequirement(
            approval_type=types[code],
            kind=kinds[name],
            is_tolerable=packaged.is_tolerable(code, name),
            position=position,
        )
        for code, links in packaged.links().items()
        for position, name in enumerate(links["materials"])
        if (code, name) in missing - there
    ]
    MaterialRequirement.objects.bulk_create(new)
    gained.added += [f"{row.approval_type.code} asks for {row.kind.name}" for row in new]
