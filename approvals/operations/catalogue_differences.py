"""Where the catalogue in force says something else than the packaged one."""

from collections.abc import Iterator

from approvals import catalogue
from approvals.models import ApprovalType, Ladder
from huadu_portal.accounts.models import Department
from projects.models import MaterialKind

# Of the kinds; which of it there is, is in the types' links.
OF_A_KIND = ["with_application", "is_required", "scope"]
OF_A_RUNG = ["trigger", "value", "unit", "min_days", "audience", "card", "is_urgent", "text"]


def differences() -> Iterator[str]:
    """A line each: what the desk has changed, and what a newer release says otherwise.

    A load changes none of it; somebody has to decide.
    """
    yield from _of_departments()
    yield from _of_kinds()
    yield from _of_types()
    yield from _of_links()
    yield from _of_ladders()


def _of_departments() -> Iterator[str]:
    there = {row.code: row for row in Department.objects.all()}
    for packaged in catalogue.departments():
        if row := there.get(packaged["code"]):
            yield from _of(row.code, row, Department(**packaged), list(packaged))


def _of_kinds() -> Iterator[str]:
    there = {row.name: row for row in MaterialKind.objects.all()}
    for packaged in catalogue.kinds():
        if row := there.get(packaged.name):
            yield from _of(row.name, row, packaged, OF_A_KIND)


def _of_types() -> Iterator[str]:
    apart = {"id", "code", "department", "position"}
    fields = ApprovalType._meta.concrete_fields
    names = [field.name for field in fields if field.name not in apart]
    there = {row.code: row for row in ApprovalType.objects.all()}
    for packaged in catalogue.approval_types():
        if row := there.get(packaged.code):
            yield from _of(row.code, row, packaged, names)


def _of(name: str, row, packaged, fields: list[str]) -> Iterator[str]:
    for field in fields:
        here, there = getattr(row, field), getattr(packaged, field)
        if here != there:
            yield f"{name} {field}: {here!r}, packaged {there!r}"


def _of_links() -> Iterator[str]:
    rows = ApprovalType.objects.prefetch_related("prerequisites", "parts", "materials")
    packaged = catalogue.links()
    for row in rows:
        here = {
            "prerequisites": [other.code for other in row.prerequisites.all()],
            "parts": [other.code for other in row.parts.all()],
            "materials": [kind.name for kind in row.materials.all()],
        }
        for name, others in packaged.get(row.code, {}).items():
            for other in sorted(set(others) ^ set(here[name])):
                where = "packaged" if other in others else "here"
                yield f"{row.code} {name}: {other} only {where}"


def _of_ladders() -> Iterator[str]:
    rows = Ladder.objects.current().filter(department=None, grade="")
    there = {row.course: row for row in rows.prefetch_related("rungs")}
    for course, entries in catalogue.ladders().items():
        if course not in there:
            continue
        here = {rung.code: rung for rung in there[course].rungs.all()}
        packaged = {entry["code"]: catalogue.rung(entry) for entry in entries}
        for code in sorted(here.keys() ^ packaged.keys()):
            yield f"{course} rung {code} only {'here' if code in here else 'packaged'}"
        for code in sorted(here.keys() & packaged.keys()):
            yield from _of(f"{course} rung {code}", here[code], packaged[code], OF_A_RUNG)
