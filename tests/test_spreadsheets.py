"""No cell of a table is run as a formula, and no figure becomes a text for it."""

import csv
import io
from decimal import Decimal

import pytest

from huadu_portal.spreadsheets import cell, cell_text, csv_file

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\tx",
    # As Excel and WPS in Chinese take them.
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "﹢1",
    "−1",
    # Something in front that nobody sees.
    " =1+1",
    "\u3000=1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u202e=1+1",
    "\u3164=1+1",
    "\u034f＝1+1",
    "\x00=1",
    " \u200b\u00a0 ＋1",
]
HARMLESS = [
    "",
    "锦华食品总部项目",
    "a=1",
    "（-1）",
    " 锦华",
    "'=1",
    "1-2",
    "2026-01-01",
    "—",
    "“=”",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_becomes_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays(text):
    assert cell(text) == text


@pytest.mark.parametrize("number", [-5, -1.5, Decimal("-120000000.00"), 0, 7])
def test_a_number_stays_a_number(number):
    assert cell(number) == str(number)


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "'x", "''=1"])
def test_what_comes_back_is_what_went_out(text):
    assert cell_text(cell(text)) == (text[1:] if text == "'=1" else text)


def test_a_table_is_read_as_it_was_written():
    response = csv_file("表", [["名称"], [" ＝cmd|' /C calc'!A0"], [-5], [None]])

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [["名称"], ["' ＝cmd|' /C calc'!A0"], ["-5"], [""]]
