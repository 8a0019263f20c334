"""补齐材料清单: one paper that names everything the items of a project still lack."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from approvals.papers.models import ProjectPaper
from approvals.papers.operations import issue_for_project
from approvals.vault.needs import KindNeed, MaterialState
from huadu_portal.clock import civil_day
from huadu_portal.papers.drafts import Draft
from huadu_portal.papers.letters import day_in_words
from huadu_portal.papers.models import PaperKind
from projects.models import Project


@transaction.atomic
def issue_list_of_lacking(
    project: Project, lacking: Iterable[KindNeed], *, at: datetime
) -> ProjectPaper:
    """Number and freeze the list; the one of the day that says the same is given again."""
    draft = list_of_lacking(project, lacking)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    last = project.papers.filter(paper__kind=PaperKind.MATERIALS).select_related("paper").last()
    if last and _says(last, draft) and civil_day(last.paper.issued_at) == civil_day(at):
        return last
    return issue_for_project(project, PaperKind.MATERIALS, draft, at=at)


def _says(link: ProjectPaper, draft: Draft) -> bool:
    wanted = json.loads(json.dumps(asdict(draft)))
    return wanted == {name: link.paper.data[name] for name in wanted}


def list_of_lacking(project: Project, lacking: Iterable[KindNeed]) -> Draft:
    """What is missing or expires too soon, each kind once with the items that need it."""
    lacking = list(lacking)
    return Draft(
        title="补齐材料清单",
        recipient=project.enterprise.name,
        paragraphs=[_opening(project, len(lacking))],
        facts=[
            (f"{n}. {need.kind.name}", _described(need)) for n, need in enumerate(lacking, 1)
        ],
        next_steps=[
            "登录门户，在“我的项目—材料总览”中逐项上传；也可委托代办专员协助。",
            "可容缺后补的材料，可在申报时作出书面承诺并按期补交。",
            "本清单按出具当日情况生成，以门户实时显示为准。",
        ]
        if lacking
        else [],
    )


def _opening(project: Project, count: int) -> str:
    named = f"贵单位“{project.name}”（{project.number}）各审批事项"
    if not count:
        return f"{named}所需材料已齐备，目前无需补充。"
    return (
        f"{named}尚需补齐下列材料，共{count}项。同一材料只需提交一次，提交后供列明的各事项共用；"
        "中心已留存且在有效期内的材料，不再重复收取。"
    )


def _described(need: KindNeed) -> str:
    items = "、".join(each.item.approval_type.name for each in need.needs)
    text = f"用于：{items}。{_standing(need)}"
    return f"{text}可容缺后补。" if need.is_tolerable else text


def _standing(need: KindNeed) -> str:
    """What is wrong with it, for the item that stands worst."""
    worst = next(each for each in need.needs if each.standing == need.standing)
    if need.standing == MaterialState.REFUSED:
        return "原提交文件未通过病毒检测，须更换后重新提交。"
    day = worst.document.valid_until if worst.document else None
    if need.standing == MaterialState.MISSING or day is None:
        return "尚未提交。"
    if need.standing == MaterialState.EXPIRED:
        return f"原材料已于{day_in_words(day, 'zh')}到期。"
    until = day_in_words(worst.until, "zh")
    return f"现有材料将于{day_in_words(day, 'zh')}到期，早于事项预计办结日（{until}）。"
