"""Running numbers without gaps, and how they are written.

A number is drawn inside the act it is for: its counter stays locked until the act commits,
and a number whose act fails is drawn again. Draw it late, others wait meanwhile. Numbers
have four digits or more: the ten-thousandth of a period is simply longer.
"""

import re
from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from huadu_portal.papers.models import Counter, PaperKind

# One statement: two first numbers of a period cannot both be 1, and nobody reads a number
# before the other has committed or gone.
DRAW = f"""
    INSERT INTO {Counter._meta.db_table} AS counter (kind, period, last)
    VALUES (%s, %s, %s)
    ON CONFLICT (kind, period) DO UPDATE SET last = counter.last + excluded.last
    RETURNING last
"""


# 文种代字: each kind of paper has its own series.
WORDS = {
    PaperKind.RECEIPT: "收",
    PaperKind.ACCEPTANCE: "受",
    PaperKind.CORRECTION: "补",
    PaperKind.DECLINE: "不受",
    PaperKind.SUSPENSION: "特",
    PaperKind.RESUMPTION: "恢",
    PaperKind.EXTENSION: "延",
    PaperKind.GRANT: "准",
    PaperKind.REFUSAL: "不准",
    PaperKind.DELIVERY: "送",
    PaperKind.WITHDRAWAL: "撤",
    PaperKind.JOINT_CASE: "联",
    PaperKind.JOINT_SUMMARY: "预",
    PaperKind.MANDATE: "代",
    PaperKind.APPLICATION_RECEIPT: "申",
    PaperKind.MATERIALS: "清",
}


TYPED = re.compile(
    rf"花产服(?P<word>{'|'.join(WORDS.values())})[〔\[［(（【](?P<year>\d{{4}})[〕\]］)）】]"
    r"第?(?P<number>\d{1,9})号?",
    re.ASCII,
)


def next_number(kind: str, period: str) -> int:
    """The next number of its kind and period, from 1, without gaps."""
    return next_numbers(kind, period, 1)[0]


def next_numbers(kind: str, period: str, count: int) -> range:
    """The next `count` numbers, in one statement."""
    if count < 1:
        return range(0)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A number is drawn inside the transaction of the act it is for."
        )
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [kind, period, count])
        (last,) = cursor.fetchone()
    return range(last - count + 1, last + 1)


def application_number(day: date) -> str:
    """Of an enterprise's application: SB20260305-0001."""
    return f"SB{day:%Y%m%d}-{next_number('application', f'{day:%Y%m%d}'):04}"


def project_number(day: date) -> str:
    """Of a project, our own from its first day on: HD2026-0001."""
    return f"HD{day:%Y}-{next_number('project', f'{day:%Y}'):04}"


def item_numbers(day: date, codes: Sequence[str]) -> list[str]:
    """办件编号 of items planned together, by the codes of their types: HD44011420260305A070001.

    HD, the district, the day, the code without hyphens, the day's running number over all
    types; at most fifty characters.
    """
    running = next_numbers("item", f"{day:%Y%m%d}", len(codes))
    numbers = [
        f"HD440114{day:%Y%m%d}{code.replace('-', '')}{number:04}"
        for code, number in zip(codes, running, strict=True)
    ]
    if too_long := [number for number in numbers if len(number) > 50]:
        raise ValueError(f"longer than fifty characters: {too_long}")
    return numbers


def item_number(day: date, code: str) -> str:
    return item_numbers(day, [code])[0]


def paper_numbers(day: date, kind: PaperKind, count: int) -> list[str]:
    """文书号 of official papers of one act: 花产服受〔2026〕第0001号, and so on.

    Each kind has its own series.
    """
    numbers = next_numbers(f"paper:{kind}", f"{day:%Y}", count)
    return [paper_number_of(WORDS[kind], f"{day:%Y}", number) for number in numbers]


def paper_number_of(word: str, year: str, number: int) -> str:
    return f"花产服{word}〔{year}〕第{number:04}号"


def as_paper_number(typed: str) -> str:
    """A number as it stands on the paper, from what a person types: brackets of any kind,
    spaces, missing zeros, 第 and 号 left out. What is no such number stays as typed.
    """
    found = TYPED.fullmatch("".join(typed.split()))
    if not found:
        return typed.strip()
    return paper_number_of(found["word"], found["year"], int(found["number"]))


def mandate_number(day: date) -> str:
    """代办委托: DB2026-0001."""
    return f"DB{day:%Y}-{next_number('mandate', f'{day:%Y}'):04}"


def request_number(day: date) -> str:
    """诉求: SQ20260305-0001."""
    return f"SQ{day:%Y%m%d}-{next_number('request', f'{day:%Y%m%d}'):04}"


def joint_number(day: date) -> str:
    """五证联办: WZ2026-0001."""
    return f"WZ{day:%Y}-{next_number('joint', f'{day:%Y}'):04}"


def order_numbers(day: date, count: int) -> list[str]:
    """督办单: DD2026-0001, as many as are given together."""
    running = next_numbers("order", f"{day:%Y}", count)
    return [f"DD{day:%Y}-{number:04}" for number in running]
