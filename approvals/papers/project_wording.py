"""What the papers about a project as a whole say: official Chinese, as in wording.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huadu_portal.papers.drafts import Draft, Table
from huadu_portal.papers.letters import day_in_words


@dataclass(frozen=True, kw_only=True)
class Undertaking:
    """A project as a paper names it."""

    enterprise: str
    credit_code: str
    project: str
    project_number: str
    on: date


def joint_case_paper(
    undertaking: Undertaking,
    *,
    case_name: str,
    case_number: str,
    rows: Sequence[tuple[str, str]],
    limit_days: int,
    opinions_due_on: date,
    registered_on: date | None = None,
    due_on: date | None = None,
) -> Draft:
    """联办告知书: which items go together, one clock for all of them.

    Each row names an item and its department.
    """
    return Draft(
        title=f"{case_name}告知书",
        recipient=undertaking.enterprise,
        paragraphs=[
            f"你单位“{undertaking.project}”项目的下列{len(rows)}个事项，按照联合办理方式推进，"
            f"共用一套材料，各审批部门依法分别作出决定。{_begun(registered_on, opinions_due_on)}",
        ],
        facts=[
            *_subject(undertaking),
            ("联办编号", case_number),
            ("联办期限", f"{limit_days}个工作日"),
        ],
        deadline=_joint_deadline(due_on) if due_on else None,
        tables=[
            Table(
                title="联办事项",
                head=["审批事项", "审批部门"],
                rows=[list(row) for row in rows],
            )
        ],
        next_steps=[
            "各事项按照法定的先后顺序颁发证照。",
            "预审以后用地面积、界线、用途等发生变化的，受影响的预审意见失效，请及时告知窗口。",
        ],
    )


def joint_summary_paper(
    undertaking: Undertaking,
    *,
    case_name: str,
    case_number: str,
    rows: Sequence[tuple[str, str, str, date]],
) -> Draft:
    """预审意见汇总单: each row is an item, its department, its opinion and that one's day."""
    return Draft(
        title=f"{case_name}预审意见汇总单",
        recipient=undertaking.enterprise,
        paragraphs=[
            f"你单位“{undertaking.project}”项目联合办理的{len(rows)}个事项，各审批部门的预审意见汇总如下。"
            "预审意见不是行政许可决定；各事项自土地手续确认之日起转入正式办理。",
        ],
        facts=[*_subject(undertaking), ("联办编号", case_number)],
        tables=[
            Table(
                title="预审意见",
                head=["审批事项", "审批部门", "预审意见", "日期"],
                rows=[
                    [name, department, said, day_in_words(on, "zh")]
                    for name, department, said, on in rows
                ],
            )
        ],
        next_steps=[
            "取得土地后请持国有建设用地使用权出让合同到综合窗口办理土地手续确认。",
            "用地面积、界线、用途等发生变化的，受影响的预审意见失效，请及时告知窗口。",
        ],
    )


def _joint_deadline(due_on: date) -> tuple[str, str, str]:
    return (
        "联办承诺办结日期",
        day_in_words(due_on, "zh"),
        "自土地手续确认之日的次日起计算；任何一个事项逾期，即为联办逾期。",
    )


def _begun(registered_on: date | None, opinions_due_on: date) -> str:
    if registered_on:
        day = day_in_words(registered_on, "zh")
        return f"土地手续已于{day}确认，上列事项同时转入正式办理。"
    day = day_in_words(opinions_due_on, "zh")
    return (
        "土地手续确认以前，审批部门先行预审，只出具预审意见，不颁发证照；"
        f"预审意见于{day}前反馈。你单位自愿承担未取得土地使用权的风险。"
    )


def mandate_paper(
    undertaking: Undertaking,
    *,
    mandate_number: str,
    stages: Iterable[str],
    agent: str,
    agent_phone: str,
    until: date | None = None,
) -> Draft:
    """代办委托书: help without taking over the firm's duty, free of charge (许可法第58条)."""
    return Draft(
        title="代办委托书",
        recipient="广州市花都区产业项目服务中心",
        paragraphs=[
            f"{undertaking.enterprise}（统一社会信用代码：{undertaking.credit_code}）自愿委托你中心就"
            f"“{undertaking.project}”项目的下列阶段提供代办服务，由代办专员{agent}具体承办。",
            "代办服务不收取任何费用；依法应当由申请人缴纳的税费仍由申请人缴纳。",
            "申请人对申请材料的真实性负责；代办专员协助准备、递交和跟踪，不代替申请人承担法定责任，"
            "也不代替审批部门作出决定。",
        ],
        facts=[
            *_subject(undertaking),
            ("委托编号", mandate_number),
            ("委托阶段", "、".join(stages)),
            ("代办专员", agent),
            ("联系电话", agent_phone),
            ("委托期限", f"至{day_in_words(until, 'zh')}" if until else "至委托阶段办结为止"),
        ],
        next_steps=["委托可以随时书面终止，终止后已经提交的申请不受影响。"],
        signatures=["委托单位（签章）：", "委托日期：", "代办专员：", "接受日期："],
    )


def _subject(undertaking: Undertaking) -> list[tuple[str, str]]:
    return [("项目名称", undertaking.project), ("项目编号", undertaking.project_number)]
