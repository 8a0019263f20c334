"""What the papers about an item say: official Chinese, one builder per kind.

The centre informs and delivers; the department decides. No builder says otherwise. 许可法
is cited for licences alone: a filing, a registration or a connection rests on rules of
its own.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from approvals.papers.paper_facts import REVIEWABLE, Matter
from huadu_portal.papers.drafts import Draft, Table
from huadu_portal.papers.letters import day_in_words
from huadu_portal.papers.models import PaperKind

LAW = "《中华人民共和国行政许可法》"
REVIEW, LITIGATION = (
    "《中华人民共和国行政复议法》第二十条",
    "《中华人民共和国行政诉讼法》第四十六条",
)


def receipt_paper(matter: Matter, note: str, *, materials: Iterable[str] = ()) -> Draft:
    """收件凭证 (许可法第32条第二款 asks for one when the answer has been given, not before)."""
    rows = [[name] for name in materials]
    return _draft(
        matter,
        "收件凭证",
        [
            f"你单位申请办理{matter.named}的材料，本中心窗口已于{_day(matter.received_on)}收到，"
            f"并转送{matter.department}。",
            "本凭证仅证明收到材料，不代表材料齐全或者审批部门已经受理。",
            *_noted("申请人说明", note),
        ],
        deadline=_deadline(
            "是否受理的答复期限",
            matter.notice_due_on,
            "材料不齐全或者不符合法定形式的，审批部门将在此日（含当日）前一次性告知需要补正的全部内容"
            + ("；逾期不告知的，自收到材料之日起即为受理。" if matter.is_licence else "。"),
        ),
        tables=[Table(title="收到的材料", head=["材料名称"], rows=rows)] if rows else [],
        basis="第三十二条",
    )


def acceptance_paper(matter: Matter, note: str, *, is_deemed: bool = False) -> Draft:
    """受理告知书 (许可法第32条第一款第五项); deemed when the notice limit passed in silence."""
    said = (
        f"{matter.department}未在规定期限内告知补正内容，依法自收到材料之日"
        f"（{_day(matter.received_on)}）起即为受理"
        if is_deemed
        else f"经{matter.department}审查，申请材料齐全、符合法定形式，已于"
        f"{_day(matter.accepted_on)}予以受理"
    )
    return _draft(
        matter,
        "受理告知书",
        [f"你单位申请办理{matter.named}，{said}，现予告知。", *_noted("备注", note)],
        facts=[("受理日期", _day(matter.accepted_on)), *_limits(matter)],
        deadline=_deadline(
            "承诺办结日期",
            matter.due_on or matter.statutory_due_on,
            "办理期限自受理之日的次日起算；依法需要听证、检验、检测、鉴定、专家评审等的，"
            "所需时间不计算在内，并将另行书面告知。",
        ),
        basis="第三十二条、第四十二条、第四十五条",
        next_steps=[
            f"{matter.department}将在上述期限内作出决定。",
            "办理进度可以登录平台随时查询。",
        ],
    )


def correction_paper(matter: Matter, note: str, *, missing: Iterable[str]) -> Draft:
    """补正一次性告知书 (许可法第32条第一款第四项)."""
    missing = list(missing)
    return _draft(
        matter,
        "补正一次性告知书",
        [
            f"你单位申请办理{matter.named}，经{matter.department}审查，申请材料不齐全或者不符合"
            f"法定形式。现将需要补正的全部内容一次性告知如下，共{len(missing)}项。",
            *_noted("说明", note),
        ],
        tables=[
            Table(title="需要补正的内容", head=["补正内容"], rows=[[line] for line in missing])
        ],
        basis="第三十二条第一款第四项",
        next_steps=[
            "请按上列内容补正后，登录平台重新提交，办件编号不变；补正期间不计入办理期限。",
            "重新提交后，审批部门在法定的告知期限内答复是否受理。",
            "对补正内容有疑问的，可以联系本项目的代办专员，免费协助办理。",
        ],
    )


def decline_paper(matter: Matter, note: str) -> Draft:
    """不予受理告知书 (许可法第32条第一款第一、二项，第二款)."""
    return _draft(
        matter,
        "不予受理告知书",
        [
            f"你单位申请办理{matter.named}，{matter.department}已于{_day(matter.on)}决定不予受理。",
            f"不予受理的理由：{note}",
        ],
        basis="第三十二条",
        remedies=_remedies(matter, "不予受理决定"),
        next_steps=[
            "不予受理的原因消除后，可以重新提出申请。",
            "代办专员可以免费协助你单位了解应当向哪个机关提出、需要哪些材料。",
        ],
    )


def suspension_paper(
    matter: Matter,
    note: str,
    *,
    ground: str,
    expected_days: int | None = None,
    expected_unit: str = "working",
    expected_until: date | None = None,
) -> Draft:
    """特别程序告知书 (许可法第45条: the time it takes is told in writing)."""
    # Evaluated here, in the language of the paper.
    ground = str(ground)
    length = matter.days(expected_days, expected_unit) if expected_days else ""
    return _draft(
        matter,
        "特别程序告知书",
        [
            f"你单位申请办理{matter.named}，依法需要进行{ground}。自{_day(matter.on)}起，"
            "所需时间不计算在办理期限内。现将有关事项告知如下。",
            *_noted("说明", note),
        ],
        facts=_known(
            ("特别程序", ground), ("开始日期", _day(matter.on)), ("预计所需时间", length)
        ),
        deadline=_deadline(
            "预计完成日期",
            expected_until,
            "实际完成后，办理期限恢复计算，新的办结日期将另行书面告知。",
        ),
        basis="第四十五条",
        next_steps=["特别程序结束后，办理期限恢复计算，本中心将送达恢复计时告知书。"],
    )


def resumption_paper(
    matter: Matter, note: str, *, ground: str = "", stopped_days: int = 0
) -> Draft:
    """恢复计时告知书: the special procedure is over, the dates have moved by its length."""
    stopped = matter.days(stopped_days) if stopped_days else ""
    return _draft(
        matter,
        "恢复计时告知书",
        [
            f"你单位申请办理{matter.named}，{ground or '特别程序'}已经结束，办理期限自"
            f"{_day(matter.on)}起恢复计算，办结日期相应顺延。",
            *_noted("说明", note),
        ],
        facts=[*_known(("不计入期限的时间", stopped)), *_limits(matter)],
        deadline=_deadline("顺延后的办结日期", matter.due_on or matter.statutory_due_on, ""),
        basis="第四十五条",
    )


def extension_paper(
    matter: Matter,
    note: str,
    *,
    days: int,
    approved_by: str = "",
    ended_on: date | None = None,
) -> Draft:
    """延期办理告知书 (许可法第42条第一款: the head approves, the reasons are told).

    `ended_on`: the last day of the limit, where it is extended late.
    """
    late = f"原办结期限{_day(ended_on)}已经届满，本次延期为逾期后延期；逾期的事实予以记录，不因延期而免除。"
    approver = approved_by or f"{matter.department}负责人"
    return _draft(
        matter,
        "延期办理告知书",
        [
            f"你单位申请办理{matter.named}，{matter.department}在规定期限内不能作出决定，"
            f"经{approver}批准，办理期限延长{matter.days(days)}。",
            f"延期的理由：{note}",
            *([late] if ended_on else []),
        ],
        facts=[("延长的期限", matter.days(days)), *_limits(matter)],
        deadline=_deadline(
            "延长后的办结日期", matter.due_on or matter.statutory_due_on, "办理期限只延长一次。"
        ),
        basis="第四十二条第一款",
    )


def grant_paper(
    matter: Matter,
    note: str,
    *,
    parts: Iterable[tuple[str, str, date]] = (),
    promised: Iterable[tuple[str, date]] = (),
) -> Draft:
    """准予告知书 (许可法第38条第一款、第44条: ten working days to deliver).

    The one opinion of a joint inspection names its `parts`: approval, department, day. What
    the firm is yet to bring is `promised`: material, last day.
    """
    done = matter.outcomes[0]
    rows = [[name, department, _day(day)] for name, department, day in parts]
    head = ["验收事项", "验收部门", "通过日期"]
    return _draft(
        matter,
        "准予行政许可告知书" if matter.is_licence else "办理结果告知书",
        [
            f"你单位申请办理{matter.named}，{matter.department}已于{_day(matter.decided_on)}"
            f"{done}，现予告知。",
            *_noted("说明", note),
        ],
        facts=[
            ("办理结果", done),
            ("决定日期", _day(matter.decided_on)),
            *(("后补材料", f"{text}（{_day(day)}前补齐）") for text, day in promised),
        ],
        deadline=_deadline(
            "证照、文件送达期限",
            matter.deliver_by,
            "结果文件由本中心窗口代为送达，可以到窗口领取，也可以登录平台下载。",
        ),
        basis="第三十八条第一款、第四十四条",
        tables=[Table(title="联合验收各分项", head=head, rows=rows)] if rows else [],
        next_steps=[
            "本告知书不能代替证照。请以审批部门颁发的证照、文件为准。",
            "本事项办结后，依赖本事项的后续事项即可申报，具体见平台的项目页面。",
        ],
    )


def refusal_paper(matter: Matter, note: str) -> Draft:
    """不予行政许可告知书 (许可法第38条第二款: reasons, and the right to review or sue)."""
    refused = matter.outcomes[1]
    return _draft(
        matter,
        "不予行政许可告知书" if matter.is_licence else "办理结果告知书",
        [
            f"你单位申请办理{matter.named}，{matter.department}已于{_day(matter.decided_on)}"
            f"{refused}，现予告知。",
            f"理由：{note}",
        ],
        facts=[("办理结果", refused), ("决定日期", _day(matter.decided_on))],
        basis="第三十八条第二款",
        remedies=_remedies(matter, "决定"),
        next_steps=[
            "按上述理由完善后，可以重新提出申请。",
            "代办专员可以免费协助你单位分析原因、准备材料。",
        ],
    )


def delivery_paper(
    matter: Matter,
    note: str,
    *,
    certificate: str = "",
    issued_on: date | None = None,
    valid_until: date | None = None,
    validity_note: str = "",
    is_empty: bool = False,
) -> Draft:
    """送达回证 (许可法第44条); `is_empty`: there is no result document, the note says why."""
    handed_over = (
        f"{matter.department}就{matter.named}作出的结果文件，由本中心窗口于{_day(matter.on)}"
        "代为送达。"
    )
    closed = f"{matter.named}已于{_day(matter.on)}办结，没有需要送达的证照、文件。"
    return _draft(
        matter,
        "送达回证",
        [closed if is_empty else handed_over, *_noted("原因" if is_empty else "备注", note)],
        facts=_known(
            ("证照（文件）编号", certificate),
            ("签发日期", _day(issued_on) if certificate else ""),
            ("有效期说明", validity_note),
            ("送达日期", _day(matter.on)),
            ("法定送达期限", _day(matter.deliver_by)),
        ),
        deadline=_deadline("有效期至", valid_until, _renewal(matter)),
        basis="第四十四条" + ("、第五十条" if valid_until else ""),
        signatures=["受送达人（签章）：", "收到日期：", "送达人：", "送达方式："],
    )


def withdrawal_paper(matter: Matter, note: str) -> Draft:
    return _draft(
        matter,
        "撤回申请告知书",
        [
            f"你单位申请办理的{matter.named}，已于{_day(matter.on)}撤回，办理程序终止。",
            *_noted("撤回原因", note),
        ],
        next_steps=["需要办理时，可以重新提出申请。"],
    )


BUILDERS: dict[PaperKind, Callable[..., Draft]] = {
    PaperKind.RECEIPT: receipt_paper,
    PaperKind.ACCEPTANCE: acceptance_paper,
    PaperKind.CORRECTION: correction_paper,
    PaperKind.DECLINE: decline_paper,
    PaperKind.SUSPENSION: suspension_paper,
    PaperKind.RESUMPTION: resumption_paper,
    PaperKind.EXTENSION: extension_paper,
    PaperKind.GRANT: grant_paper,
    PaperKind.REFUSAL: refusal_paper,
    PaperKind.DELIVERY: delivery_paper,
    PaperKind.WITHDRAWAL: withdrawal_paper,
}


def item_paper(kind: PaperKind, matter: Matter, note: str = "", **facts: Any) -> Draft:
    """The paper of a kind about an item; `facts` are those of the act alone."""
    return BUILDERS[kind](matter, note.strip(), **facts)


def _draft(
    matter: Matter,
    title: str,
    paragraphs: list[str],
    *,
    facts: Iterable[tuple[str, str]] = (),
    basis: str = "",
    **rest: Any,
) -> Draft:
    """What is common: whom and what it is about, and the articles a licence rests on."""
    articles = [("依据", f"{LAW}{basis}")] if basis and matter.is_licence else []
    return Draft(
        title=title,
        recipient=matter.enterprise,
        paragraphs=paragraphs,
        facts=[*_subject(matter), *facts, *articles],
        **rest,
    )


def _subject(matter: Matter) -> list[tuple[str, str]]:
    return _known(
        ("办件编号", matter.item_number),
        ("项目名称", matter.project),
        ("项目编号", matter.project_number),
        ("统一社会信用代码", matter.credit_code),
        ("审批部门", matter.department),
    )


def _limits(matter: Matter) -> list[tuple[str, str]]:
    return _known(
        ("承诺办结日期", _day(matter.due_on)), ("法定办结日期", _day(matter.statutory_due_on))
    )


def _known(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(label, text) for label, text in facts if text]


def _noted(label: str, note: str) -> list[str]:
    return [f"{label}：{note}"] if note else []


def _deadline(label: str, day: date | None, consequence: str) -> tuple[str, str, str] | None:
    return (label, _day(day), consequence) if day else None


def _remedies(matter: Matter, decision: str) -> list[str]:
    if matter.kind not in REVIEWABLE:
        return [
            f"对办理结果有异议的，可以向{matter.department}或者本中心提出，由本中心协调答复。"
        ]
    return [
        f"对{matter.department}的{decision}不服的，可以自知道该决定之日起六十日内，依照{REVIEW}的规定"
        "向有管辖权的行政复议机关申请行政复议；也可以自知道或者应当知道该决定之日起六个月内，"
        f"依照{LITIGATION}的规定直接向有管辖权的人民法院提起行政诉讼。"
    ]


def _renewal(matter: Matter) -> str:
    if not matter.is_licence:
        return "有效期届满需要继续使用的，请在届满前及时办理延续。"
    return (
        "需要延续有效期的，应当在有效期届满三十日前向审批部门提出申请；"
        "法律、法规、规章另有规定的，依照其规定。"
    )


def _day(day: date | None) -> str:
    return day_in_words(day, "zh") if day else ""
