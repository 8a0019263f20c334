"""The published catalogue as the product ships it: departments, types, materials.

Loading is safe to repeat: rows are found by their codes; what an administrator has since
changed in the limits of a type stays as it is.
"""

from functools import cache
from pathlib import Path

import yaml
from django.db import transaction

from approvals import guides
from approvals.models import (
    ApprovalType,
    BundledType,
    JointBundle,
    Ladder,
    LadderRung,
    MaterialRequirement,
)
from huadu_portal.accounts.models import Department
from huadu_portal.clock import now
from projects.models import MaterialKind, MaterialScope, Phase

DATA = Path(__file__).parent / "data"

# Granting it is the fact by which the project reaches a phase (brief §4.2).
REACHES = {
    "HD-LX-05": Phase.LANDED,
    "HD-LX-06": Phase.PREPARING,
    "HD-SG-11": Phase.STARTED,
    "HD-JG-08": Phase.COMPLETED,
    "HD-JG-14": Phase.PRODUCING,
}

# 联合验收: one application, visit and opinion for these (优化营商环境条例第42条).
INSPECTED_WITH = {
    "HD-JG-08": ["HD-JG-02", "HD-JG-03", "HD-JG-04", "HD-JG-05", "HD-JG-06", "HD-JG-07"]
}
# Their statutory limits run from receipt (环境影响评价法第22条).
FROM_RECEIPT = {"HD-GC-04", "HD-GC-05"}
# 行政许可法第42条, days more: ten, and fifteen where several offices decide jointly.
EXTENSION, JOINT_EXTENSION = 10, 15

# What is handed in with the application itself, and which of it must be there.
WITH_APPLICATION = {
    "营业执照": True,
    "投资协议或意向书": True,
    "项目简介（投资额、产值、用地、建设周期）": True,
    "国有建设用地使用权出让合同": False,
    "设计方案文本": False,
}
# Of the firm itself, whatever it builds. Everything else is of a project, or a form made out
# for one approval (those have a sample).
OF_THE_ENTERPRISE = {"营业执照", "授权代表身份证明", "申请人身份证明", "用电主体身份证明"}
# The result documents that departments deliver, and whatever fits no other kind.
EXTRA_KINDS = ["审批结果文件", "其他材料"]


@cache
def entries() -> list[dict]:
    return _read("catalogue.yaml")["items"]


def facts_of(code: str) -> dict:
    """What the catalogue says of one approval; nothing of one that was added since."""
    return next((entry for entry in entries() if entry["code"] == code), {})


def _read(name: str):
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@transaction.atomic
def load() -> list[str]:
    """Departments, kinds of material, types, requirements, prerequisites, ladders.

    Which courses have a ladder since: what waits on them is to be looked at again.
    """
    departments = _load_departments()
    kinds = _load_kinds()
    types = _load_types(departments)
    _load_validity()
    _load_prerequisites(types)
    _load_requirements(types, kinds)
    _load_bundles(types)
    _load_parts(types)
    return _load_ladders()


def _load_ladders() -> list[str]:
    """The ladder each course begins with; one that is there already stays as it is."""
    there = set(Ladder.objects.values_list("course", flat=True))
    new = {name: rungs for name, rungs in _read("ladders.yaml").items() if name not in there}
    for course, rungs in new.items():
        ladder = Ladder.objects.create(course=course, published_at=now())
        LadderRung.objects.bulk_create(
            LadderRung(
                ladder=ladder,
                position=position,
                is_urgent=rung.pop("urgent", False),
                **rung,
            )
            for position, rung in enumerate(map(dict, rungs), start=1)
        )
    return list(new)


def _load_departments() -> dict[str, Department]:
    """By name, as the catalogue refers to them."""
    rows = [Department(**row) for row in _read("departments.yaml")]
    Department.objects.bulk_create(rows, ignore_conflicts=True)
    return {department.name: department for department in Department.objects.all()}


def _load_kinds() -> dict[str, MaterialKind]:
    names = [name for entry in entries() for name in entry["materials"]]
    names = dict.fromkeys([*names, *WITH_APPLICATION, *EXTRA_KINDS])
    MaterialKind.objects.bulk_create(
        [
            MaterialKind(
                code=f"M{number:03}",
                name=name,
                with_application=name in WITH_APPLICATION,
                is_required=WITH_APPLICATION.get(name, False),
            )
            for number, name in enumerate(names, 1)
        ],
        ignore_conflicts=True,
    )
    kinds = MaterialKind.objects
    kinds.filter(name__in=OF_THE_ENTERPRISE).update(scope=MaterialScope.ENTERPRISE)
    kinds.filter(name__in=guides.samples()).update(scope=MaterialScope.ITEM)
    return {kind.name: kind for kind in kinds.all()}


def _load_types(departments) -> dict[str, ApprovalType]:
    ApprovalType.objects.bulk_create(
        [_type(entry, n, departments) for n, entry in enumerate(entries())],
        ignore_conflicts=True,
    )
    return {approval_type.code: approval_type for approval_type in ApprovalType.objects.all()}


def _type(entry: dict, position: int, departments) -> ApprovalType:
    return ApprovalType(
        code=entry["code"],
        name=entry["name_zh"],
        name_en=entry["name_en"],
        name_ja=entry["name_ja"],
        department=departments[entry["department"]],
        stage=entry["stage"],
        kind=entry["kind"],
        promised_days=entry["promised_days"],
        promised_unit=entry["promised_day_unit"],
        # 0: done on receipt; a limit all the same, left out of speed-up figures.
        statutory_days=entry["statutory_days"],
        statutory_unit=entry["statutory_day_unit"],
        # 环评法: thirty and sixty days from receipt, not from acceptance.
        statutory_from="receipt" if entry["code"] in FROM_RECEIPT else "acceptance",
        max_extension_days=JOINT_EXTENSION if entry["kind"] == "joint" else EXTENSION,
        notice_stops_clock=any("公示" in name for name in entry["special_procedures"]),
        commitment_allowed=entry["commitment_allowed"],
        notice_days=entry["correction_notice_days"],
        result=entry["result_document"],
        result_en=entry["result_document_en"],
        variant_group=entry["variant_group"] or "",
        is_joint_five=entry["joint_five"],
        is_default=entry["default_for_industrial"],
        condition=entry["condition"],
        source=entry["source"],
        reaches_phase=REACHES.get(entry["code"], ""),
        position=position,
    )


def _load_validity() -> None:
    """How long results hold; a number of months that an administrator has set stays."""
    for rule in _read("validity.yaml"):
        types = ApprovalType.objects.filter(code=rule["code"])
        types.filter(valid_months=None).update(valid_months=rule["months"])
        types.update(
            valid_note=rule["note"],
            valid_note_en=rule["note_en"],
            valid_used_by=rule.get("used_by", ""),
        )


def _load_prerequisites(types) -> None:
    through = ApprovalType.prerequisites.through
    through.objects.bulk_create(
        [
            through(
                from_approvaltype_id=types[entry["code"]].pk, to_approvaltype_id=types[code].pk
            )
            for entry in entries()
            for code in entry["prerequisites"]
        ],
        ignore_conflicts=True,
    )


def _load_requirements(types, kinds) -> None:
    MaterialRequirement.objects.bulk_create(
        [
            MaterialRequirement(
                approval_type=types[entry["code"]],
                kind=kinds[name],
                is_tolerable=_is_tolerable(name, entry),
                position=position,
            )
            for entry in entries()
            for position, name in enumerate(entry["materials"])
        ],
        ignore_conflicts=True,
    )
    # What an approval no longer asks for, or now asks for by another name.
    for entry in entries():
        asked = MaterialRequirement.objects.filter(approval_type=types[entry["code"]])
        asked.exclude(kind__name__in=entry["materials"]).delete()


def _load_parts(types) -> None:
    """联合验收: what is inspected together."""
    through = ApprovalType.parts.through
    through.objects.bulk_create(
        [
            through(from_approvaltype_id=types[whole].pk, to_approvaltype_id=types[part].pk)
            for whole, parts in INSPECTED_WITH.items()
            for part in parts
        ],
        ignore_conflicts=True,
    )


def _load_bundles(types) -> None:
    """Joint bundles; one that is there keeps the limits and approvals it has been given."""
    for position, row in enumerate(_read("bundles.yaml")):
        entries = row.pop("approvals")
        bundle, is_new = JointBundle.objects.get_or_create(
            code=row["code"], defaults=row | {"position": position}
        )
        if is_new:
            BundledType.objects.bulk_create(
                BundledType(
                    bundle=bundle,
                    approval_type=types[entry["code"]],
                    rests_on=entry["rests_on"],
                    position=n,
                )
                for n, entry in enumerate(entries)
            )


def _is_tolerable(name: str, entry: dict) -> bool:
    """A tolerable material is named with its reason; the name alone is the kind."""
    return any(name.startswith(text.split("（")[0]) for text in entry["materials_tolerable"])
