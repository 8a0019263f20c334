"""The published catalogue as the product ships it: departments, types, materials.

Loading is safe to repeat: rows are found by their codes; what an administrator has since
changed in the limits of a type stays as it is.
"""

from functools import cache
from pathlib import Path

import yaml
from django.db import transaction

from approvals.models import ApprovalType, MaterialRequirement
from huadu_portal.accounts.models import Department
from projects.models import MaterialKind, Phase

DATA = Path(__file__).parent / "data"

# Granting it is the fact by which the project reaches a phase (brief §4.2).
REACHES = {
    "HD-LX-05": Phase.LANDED,
    "HD-LX-06": Phase.PREPARING,
    "HD-SG-11": Phase.STARTED,
    "HD-JG-08": Phase.COMPLETED,
    "HD-JG-14": Phase.PRODUCING,
}

# What is handed in with the application itself, and which of it must be there.
WITH_APPLICATION = {
    "营业执照": True,
    "投资协议或意向书": True,
    "项目简介（投资额、产值、用地、建设周期）": True,
    "国有建设用地使用权出让合同": False,
    "设计方案文本": False,
}
# The result documents that departments deliver, and whatever fits no other kind.
EXTRA_KINDS = ["审批结果文件", "其他材料"]


@cache
def entries() -> list[dict]:
    return _read("catalogue.yaml")["items"]


def _read(name: str):
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@transaction.atomic
def load() -> None:
    """Departments, kinds of material, types, requirements and prerequisites."""
    departments = _load_departments()
    kinds = _load_kinds()
    types = {
        entry["code"]: _load_type(entry, position, departments)
        for position, entry in enumerate(entries())
    }
    for entry in entries():
        approval_type = types[entry["code"]]
        approval_type.prerequisites.set([types[c] for c in entry["prerequisites"]])
        _load_requirements(approval_type, entry, kinds)


def _load_departments() -> dict[str, Department]:
    departments = {}
    for row in _read("departments.yaml"):
        department, _ = Department.objects.get_or_create(code=row["code"], defaults=row)
        departments[department.name] = department
    return departments


def _load_kinds() -> dict[str, MaterialKind]:
    names = [name for entry in entries() for name in entry["materials"]]
    kinds = {}
    for number, name in enumerate(dict.fromkeys([*names, *WITH_APPLICATION, *EXTRA_KINDS])):
        kinds[name], _ = MaterialKind.objects.get_or_create(
            name=name,
            defaults={
                "code": f"M{number + 1:03}",
                "with_application": name in WITH_APPLICATION,
                "is_required": WITH_APPLICATION.get(name, False),
            },
        )
    return kinds


def _load_type(entry: dict, position: int, departments) -> ApprovalType:
    approval_type, _ = ApprovalType.objects.get_or_create(
        code=entry["code"],
        defaults={
            "name": entry["name_zh"],
            "name_en": entry["name_en"],
            "name_ja": entry["name_ja"],
            "department": departments[entry["department"]],
            "stage": entry["stage"],
            "kind": entry["kind"],
            "promised_days": entry["promised_days"],
            "promised_unit": entry["promised_day_unit"],
            # 0: done on receipt; a limit all the same, left out of speed-up figures.
            "statutory_days": entry["statutory_days"],
            "statutory_unit": entry["statutory_day_unit"],
            "notice_days": entry["correction_notice_days"],
            "result": entry["result_document"],
            "result_en": entry["result_document_en"],
            "variant_group": entry["variant_group"] or "",
            "is_joint_five": entry["joint_five"],
            "is_default": entry["default_for_industrial"],
            "condition": entry["condition"],
            "source": entry["source"],
            "reaches_phase": REACHES.get(entry["code"], ""),
            "position": position,
        },
    )
    return approval_type


def _load_requirements(approval_type, entry: dict, kinds) -> None:
    # A tolerable material is named with its reason; the name alone is the kind.
    tolerable = [text.split("（")[0] for text in entry["materials_tolerable"]]
    for position, name in enumerate(entry["materials"]):
        MaterialRequirement.objects.get_or_create(
            approval_type=approval_type,
            kind=kinds[name],
            defaults={
                "is_tolerable": any(name.startswith(text) for text in tolerable),
                "position": position,
            },
        )
