"""No part of a CSV file is a formula, whatever separates cells where it is opened."""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.structured_output.csv_text import format_csv_rows

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹣", "\N{MINUS SIGN}", "⁺")
BEFORE = (
    *("", " ", "   ", "\N{NO-BREAK SPACE}", "\N{IDEOGRAPHIC SPACE}", "\N{ZERO WIDTH SPACE}"),
    *("\ufeff", "\u200e", "\u202e", "\u2060", "\u00ad", "\u034f", "\u3164", "\u2800", "\ufe0f"),
    *("\t", "\n", "\r\n", "\x0b", "\x00", "\x1f", "\x7f", '"', '" '),
)
BETWEEN = (";", "\t", "\n", "\r", "；", "; ", ';"', "\u2028", "\x85")


def write(*cells: object) -> list[str]:
    (row,) = csv.reader(io.StringIO(format_csv_rows([], [cells], "\r\n").removeprefix("\r\n")))
    return row


@pytest.mark.parametrize(("before", "sign"), list(itertools.product(BEFORE, SIGNS)))
def test_a_sign_is_found_behind_what_nobody_sees(before: str, sign: str) -> None:
    (cell,) = write(f"{before}{sign}SUM(A1)")
    assert cell.startswith("'")


@pytest.mark.parametrize(("between", "sign"), list(itertools.product(BETWEEN, SIGNS)))
def test_a_sign_behind_another_separator_counts(between: str, sign: str) -> None:
    (cell,) = write(f"total{between}{sign}cmd|' /C calc'!A0")
    assert cell.startswith("'") and f"'{sign}cmd" in cell.replace('"', "").replace(" ", "")


def test_headings_keys_and_nested_values_are_cells_as_well() -> None:
    text = format_csv_rows(["=A1", " @x"], [[{"a;=1": 1}, ["x", "y;-1"]]], "\n")
    headings, cells = csv.reader(io.StringIO(text))
    assert headings == ["'=A1", "' @x"] and all(cell.startswith("'") for cell in cells)


def test_every_cell_is_in_quotes_and_numbers_stay_numbers() -> None:
    text = format_csv_rows(["n"], [[-5], [-0.5], [Decimal("-1.20")], [None], [True]], "\n")
    assert text == '"n"\n"-5"\n"-0.5"\n"-1.20"\n""\n"true"\n'


@pytest.mark.parametrize(
    "text", ["Anna", "a-b", "1+1", "x = y", "mail@example.org", "3;4", "é", "", "a\nb", "'quoted'"]
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert write(text) == [text]


@given(st.lists(st.text(alphabet=st.sampled_from("=+-@＝; \t\n\r\"'a1\u00a0\u200b\ufeff；,"))))
def test_whatever_separates_cells_none_begins_with_a_sign(cells: list[str]) -> None:
    for cell in write(*cells) if cells else []:
        for separated in re.split(r"[;\t\n\r]", unicodedata.normalize("NFKC", cell)):
            assert separated.strip(' \t"\u00a0\u200b\ufeff')[:1] not in tuple("=+-@"), cell
