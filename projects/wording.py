"""What the papers about an application say: official Chinese. Pure: no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from huadu_portal.papers.drafts import Draft, Table
from huadu_portal.papers.letters import (
    day_in_words,
    digest_in_words,
    moment_in_words,
    money_in_words,
    size_in_words,
)


@dataclass(frozen=True)
class FileReceived:
    kind: str  # of material
    name: str
    size: int  # bytes
    sha256: str

    @property
    def row(self) -> list[str]:
        return [self.kind, self.name, size_in_words(self.size), digest_in_words(self.sha256)]


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An application as its receipt names it."""

    number: str
    # By the district's clock.
    received_at: datetime
    enterprise: str
    credit_code: str
    project: str
    town: str
    investment_wan: Decimal | None
    answer_by: date | None
    # The clerk, where the window filed it for a firm without an account.
    filed_by: str = ""


def receipt_of_application(submission: Submission, files: Iterable[FileReceived]) -> Draft:
    """收件回执: that an application and its files have come in, and what follows by when."""
    received = moment_in_words(submission.received_at, "zh")
    facts = [
        ("收件编号", submission.number),
        ("统一社会信用代码", submission.credit_code),
        ("项目名称", submission.project),
        ("拟落地镇街", submission.town),
        ("总投资", money_in_words(submission.investment_wan, "zh")),
        ("申报方式", _at_window(submission)),
    ]
    rows = [file.row for file in files]
    return Draft(
        title="项目申报收件回执",
        recipient=submission.enterprise,
        paragraphs=[
            f"你单位提交的项目申报及所附材料，本中心已于{received}收到，现出具收件回执。",
            "本回执仅证明本中心已收到下列申报及材料，不代表材料齐全或者审批部门已经受理。",
            *([] if rows else ["本次申报未附材料。"]),
        ],
        facts=[(name, text) for name, text in facts if text],
        deadline=_answer(submission.answer_by),
        tables=[_files(rows)] if rows else [],
        next_steps=[
            "窗口将在三个工作日内完成核对并答复。",
            "如需补正，中心将一次性告知全部内容；补正后再次提交的，收件编号不变。",
            "项目受理后，由代办专员全程免费代办，从立项备案服务到投产。",
        ],
    )


def _at_window(submission: Submission) -> str:
    by = submission.filed_by
    return f"综合窗口代为申报（经办人：{by}）" if by else ""


def _answer(day: date | None) -> tuple[str, str, str] | None:
    if day is None:
        return None
    return ("答复期限", day_in_words(day, "zh"), "本中心将在此日（含当日）前予以答复。")


def _files(rows: list[list[str]]) -> Table:
    return Table(
        title="收到的材料",
        head=["材料名称", "文件名", "大小", "SHA-256 摘要（前 16 位）"],
        rows=rows,
        widths=[5, 5, 3, 6],
    )
