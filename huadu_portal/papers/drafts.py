"""What an official paper says, before it has its number."""

from dataclasses import dataclass, field

# Printed at the foot of every page: the centre informs, departments decide.
NOTES = {
    "zh": (
        "本文书由广州市花都区产业项目服务中心编号并代为送达，用于告知办理情况，不是行政许可决定；"
        "行政许可由审批部门依法作出，以审批部门出具的决定文书、凭证和证照为准。"
    ),
    "en": (
        "Numbered and delivered by the Service Center to inform about an application. This paper "
        "is not an administrative licensing decision (本文书不是行政许可决定); licences are decided "
        "by the competent departments."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A list with a head and numbered rows; each row has a text per column.

    `widths` are the columns' shares of the line, equal ones if none are given.
    """

    title: str
    head: list[str]
    rows: list[list[str]]
    widths: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The texts of a paper, in its language, in the order in which they stand on it."""

    title: str
    recipient: str
    paragraphs: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    # The day that must not be overlooked: what it is, which day, what follows from it.
    deadline: tuple[str, str, str] | None = None
    tables: list[Table] = field(default_factory=list)
    # Review and action at law (救济途径).
    remedies: list[str] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)
    # Lines for whoever signs on paper: 受送达人（签章）, for instance.
    signatures: list[str] = field(default_factory=list)
