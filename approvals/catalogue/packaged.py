"""The published catalogue as it comes with the portal: what the files in `data` say.

`approvals/catalogue/operations.py` loads it.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from approvals.catalogue import guides
from approvals.catalogue.models import ApprovalType
from projects.models import MaterialKind, MaterialScope, Phase

DATA = Path(__file__).parent.parent / "data"

# Granting it is the fact by which the project reaches a phase (docs/states.md, Project).
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
    return read_packaged("catalogue.yaml")["items"]


def facts_of(code: str) -> dict:
    """What the catalogue says of one approval; nothing of one that was added since."""
    return next((entry for entry in entries() if entry["code"] == code), {})


def departments() -> list[dict]:
    return read_packaged("departments.yaml")


def validity() -> dict[str, dict]:
    """How long results hold, by code of the type: the fields of ApprovalType that say so."""
    return {
        rule["code"]: {
            "valid_months": rule["months"],
            "valid_note": rule["note"],
            "valid_note_en": rule["note_en"],
            "valid_used_by": rule.get("used_by", ""),
        }
        for rule in read_packaged("validity.yaml")
    }


def aliases() -> dict[str, str]:
    """Short forms by which people look for an approval, by its code."""
    return {code: "、".join(words) for code, words in read_packaged("aliases.yaml").items()}


def links() -> dict[str, dict[str, list[str]]]:
    """By code of the type: what it comes after, its parts, and the materials it asks for."""
    return {
        entry["code"]: {
            "prerequisites": list(entry["prerequisites"]),
            "parts": INSPECTED_WITH.get(entry["code"], []),
            "materials": list(entry["materials"]),
        }
        for entry in entries()
    }


def material_kinds() -> list[MaterialKind]:
    """Without their codes, which are numbers in the order in which they came."""
    names = [name for entry in entries() for name in entry["materials"]]
    return [_kind(name) for name in dict.fromkeys([*names, *WITH_APPLICATION, *EXTRA_KINDS])]


def _kind(name: str) -> MaterialKind:
    scope = MaterialScope.ENTERPRISE if name in OF_THE_ENTERPRISE else MaterialScope.PROJECT
    return MaterialKind(
        name=name,
        with_application=name in WITH_APPLICATION,
        is_required=WITH_APPLICATION.get(name, False),
        scope=MaterialScope.ITEM if name in guides.samples() else scope,
    )


def approval_types() -> list[ApprovalType]:
    """Without their departments, which `entries` names."""
    rules, words = validity(), aliases()
    return [
        _type(
            entry,
            position,
            rules.get(entry["code"], {}) | {"aliases": words.get(entry["code"], "")},
        )
        for position, entry in enumerate(entries())
    ]


def _type(entry: dict, position: int, more: dict) -> ApprovalType:
    return ApprovalType(
        code=entry["code"],
        name=entry["name_zh"],
        name_en=entry["name_en"],
        name_ja=entry["name_ja"],
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
        begins_joint_case=entry.get("begins_joint_case", False),
        is_default=entry["default_for_industrial"],
        condition=entry["condition"],
        source=entry["source"],
        reaches_phase=REACHES.get(entry["code"], ""),
        position=position,
        **more,
    )


def is_tolerable(code: str, name: str) -> bool:
    """A tolerable material is named with its reason; the name alone is the kind."""
    tolerable = facts_of(code)["materials_tolerable"]
    return any(name.startswith(text.split("（")[0]) for text in tolerable)


def read_packaged(name: str) -> Any:
    """A file of packaged data, as it says it."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
