"""Where the catalogue in force says something else than the packaged one."""

from collections.abc import Iterator

from approvals.catalogue import packaged
from approvals.catalogue.models import ApprovalType
from huadu_portal.accounts.models import Department
from huadu_portal.differences import of_row
from projects.models import MaterialKind

# Of the kinds; which of it there is, is in the types' links.
OF_A_KIND = ["with_application", "is_required", "scope"]


def catalogue_differences() -> Iterator[str]:
    """A line each, of departments, materials, types and what links them."""
    yield from _of_departments()
    yield from _of_kinds()
    yield from _of_types()
    yield from _of_links()


def _of_departments() -> Iterator[str]:
    there = {row.code: row for row in Department.objects.all()}
    for entry in packaged.departments():
        if row := there.get(entry["code"]):
            yield from of_row(row.code, row, Department(**entry), list(entry))


def _of_kinds() -> Iterator[str]:
    there = {row.name: row for row in MaterialKind.objects.all()}
    for kind in packaged.material_kinds():
        if row := there.get(kind.name):
            yield from of_row(row.name, row, kind, OF_A_KIND)


def _of_types() -> Iterator[str]:
    # Which version it is, the package does not say; nor a fee.
    of_versions = {"version", "in_force_from", "changes_on", "fee", "fee_en"}
    apart = {"id", "code", "department", "position"} | of_versions
    fields = ApprovalType._meta.concrete_fields
    names = [field.name for field in fields if field.name not in apart]
    there = {row.code: row for row in ApprovalType.objects.all()}
    for entry in packaged.approval_types():
        if row := there.get(entry.code):
            yield from of_row(row.code, row, entry, names)


def _of_links() -> Iterator[str]:
    rows = ApprovalType.objects.prefetch_related("prerequisites", "parts", "materials")
    came = packaged.links()
    for row in rows:
        here = {
            "prerequisites": [other.code for other in row.prerequisites.all()],
            "parts": [other.code for other in row.parts.all()],
            "materials": [kind.name for kind in row.materials.all()],
        }
        for name, others in came.get(row.code, {}).items():
            for other in sorted(set(others) ^ set(here[name])):
                where = "packaged" if other in others else "here"
                yield f"{row.code} {name}: {other} only {where}"
