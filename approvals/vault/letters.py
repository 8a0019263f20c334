"""补齐材料清单: one letter that names everything the items of a project still lack."""

from collections.abc import Iterable
from datetime import date

from approvals.vault.needs import KindNeed, MaterialState
from huadu_portal.papers.letters import Letter, day_in_words
from projects.models import Project

WORDS = {
    "zh": {
        "title": "补齐材料清单",
        "intro": "贵单位“{project}”（{number}）各审批事项尚需补齐下列材料，共{count}项。同一材料"
        "只需提交一次，提交后供列明的各事项共用；中心已留存且在有效期内的材料，不再重复收取。",
        "nothing": "贵单位“{project}”（{number}）各审批事项所需材料已齐备，目前无需补充。",
        "for": "用于：{items}",
        "and": "、",
        "stop": "。",
        "tolerable": "可容缺后补。",
        "missing": "尚未提交。",
        "expired": "原材料已于{day}到期。",
        "refused": "原提交文件未通过病毒检测，须更换后重新提交。",
        "expiring": "现有材料将于{day}到期，早于事项预计办结日（{until}）。",
    },
    "en": {
        "title": "List of materials to be supplied",
        "intro": "The approvals of “{project}” ({number}) still need the {count} materials "
        "below. Each is handed in once and then serves every approval named with it; what the "
        "center keeps and is still valid is not asked for again.",
        "nothing": "All materials that the approvals of “{project}” ({number}) need are there.",
        "for": "For: {items}",
        "and": ", ",
        "stop": ". ",
        "tolerable": "May follow later.",
        "missing": "Not handed in yet.",
        "expired": "The one here expired on {day}.",
        "refused": "The file handed in was refused by the virus scanner and has to be replaced.",
        "expiring": "The one here expires on {day}, before the expected decision ({until}).",
    },
}
NEXT_STEPS = {
    "zh": [
        "登录门户，在“我的项目—材料总览”中逐项上传；也可委托代办专员协助。",
        "可容缺后补的材料，可在申报时作出书面承诺并按期补交。",
        "本清单按出具当日情况生成，以门户实时显示为准。",
    ],
    "en": [
        "Sign in and add them under “My projects – All materials”; your service agent helps.",
        "What may follow later can be pledged in writing when the item is handed in.",
        "This list shows the day it was made; the portal always shows the present state.",
    ],
}


def letter_of_lacking(
    project: Project, lacking: Iterable[KindNeed], today: date, language: str
) -> Letter:
    """What is missing or expires too soon, each kind once with the items that need it."""
    words, lacking = WORDS[language], list(lacking)
    said = {"project": project.name, "number": project.number, "count": len(lacking)}
    return Letter(
        number=f"{project.number}-{today:%Y%m%d}",
        title=words["title"],
        day=today,
        recipient=project.enterprise.name,
        paragraphs=[words["intro" if lacking else "nothing"].format(**said)],
        facts=[
            (f"{n}. {need.kind.name_in(language)}", _described(need, language))
            for n, need in enumerate(lacking, 1)
        ],
        next_steps=NEXT_STEPS[language] if lacking else [],
        language=language,
    )


def _described(need: KindNeed, language: str) -> str:
    words = WORDS[language]
    attribute = "name" if language == "zh" else "name_en"
    items = [getattr(each.item.approval_type, attribute) for each in need.needs]
    text = words["for"].format(items=words["and"].join(items)) + words["stop"]
    text += _standing(need, language)
    return f"{text}{words['tolerable']}" if need.is_tolerable else text


def _standing(need: KindNeed, language: str) -> str:
    """What is wrong with it, for the item that stands worst."""
    words = WORDS[language]
    worst = next(each for each in need.needs if each.standing == need.standing)
    if need.standing == MaterialState.REFUSED:
        return words["refused"]
    day = worst.document.valid_until if worst.document else None
    if need.standing == MaterialState.MISSING or day is None:
        return words["missing"]
    return words[need.standing].format(
        day=day_in_words(day, language),
        until=day_in_words(worst.until, language),
    )
