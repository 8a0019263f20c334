"""An item as the papers about it name it. Pure: no database."""

from dataclasses import dataclass
from datetime import date

LICENCE = "license"
# Acts of an authority, against which the law gives review and action.
REVIEWABLE = {LICENCE, "filing", "registration", "confirmation", "joint"}
# By kind of approval: what a favourable and an unfavourable answer is called.
OUTCOMES = {
    LICENCE: ("作出准予行政许可的决定", "作出不予行政许可的决定"),
    "filing": ("予以备案", "不予备案"),
    "registration": ("予以登记", "不予登记"),
    "confirmation": ("予以确认", "不予确认"),
    "technical_review": ("审查通过", "审查未通过"),
    "consultation": ("出具同意意见", "出具不同意意见"),
}
OTHERWISE = ("办理完成", "不予办理")


@dataclass(frozen=True, kw_only=True)
class Matter:
    """An item as a paper names it."""

    enterprise: str
    credit_code: str
    project: str
    project_number: str
    approval: str
    # ApprovalType.Kind
    kind: str
    # Of its limits: working or calendar.
    unit: str = "working"
    item_number: str
    department: str
    # The day of the act the paper is about.
    on: date
    received_on: date | None = None
    notice_due_on: date | None = None
    accepted_on: date | None = None
    due_on: date | None = None
    statutory_due_on: date | None = None
    decided_on: date | None = None
    deliver_by: date | None = None

    def days(self, count: int, unit: str = "") -> str:
        return f"{count}个工作日" if (unit or self.unit) == "working" else f"{count}日"

    @property
    def is_licence(self) -> bool:
        return self.kind == LICENCE

    @property
    def outcomes(self) -> tuple[str, str]:
        return OUTCOMES.get(self.kind, OTHERWISE)

    @property
    def named(self) -> str:
        return f"“{self.approval}”事项"
