"""How data becomes a table, and which tables are found in Markdown."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.structured_output.tables import Table, extract_table, format_csv, format_markdown
from handlers.web_api.tables import build_table_block, find_table
from tests.support.processor_time import hold_to

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("text", ["| x |\n|" + "-" * 9_000, "|" * 9_000, "| a |\n" * 2_000])
def test_no_text_holds_up_the_search_for_a_table(text: str) -> None:
    with hold_to(1):
        find_table(text)


def test_the_first_list_of_objects_is_the_table() -> None:
    value = {"title": "T", "data": {"items": [{"a": 1}, {"b": None, "a": [2]}]}}
    table = extract_table(value)
    assert table is not None and table.columns == ("a", "b")
    assert table.rows == ((1, None), ([2], None)) and table.title == "T"
    assert extract_table({"a": 1}) is None and extract_table([1, 2]) is None


def test_rows_of_any_length_are_made_even() -> None:
    table = extract_table({"columns": ["a"], "rows": [[1, 2], 3, []]})
    assert table == Table(("a", "column 2"), ((1, 2), (3, None), (None, None)))


@given(JSON_VALUES)
def test_any_data_is_shown_and_kept_without_harm(value: Any) -> None:
    table = extract_table(
        {"columns": ["x"], "rows": value if isinstance(value, list) else [[value]]}
    )
    assert table is not None
    markdown = format_markdown(table)
    assert len(markdown) < 9_000
    found = find_table(markdown)
    if found is not None:
        assert all(cell["text"] for row in build_table_block(found)["rows"] for cell in row)
    for row in csv.reader(io.StringIO(format_csv(table))):
        for cell in row:
            assert not cell.startswith(("=", "@")) and (cell[:1] not in "+-" or not cell or
                                                        is_number(cell))  # fmt: skip


def test_a_table_that_is_too_large_says_what_the_files_hold() -> None:
    table = Table(tuple(f"c{n}" for n in range(25)), tuple((1,) * 25 for _ in range(300)))
    markdown = format_markdown(table)
    assert "_The files hold 250 more rows._\n\n_The files hold 5 more columns._" in markdown
    found = find_table(markdown)
    assert found is not None and len(found.rows) == 51 and len(found.rows[0]) == 20


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\nb", (("x", "y"), ("1", "2"))),
        ("| x |\n| :-: |\n| **1** |\n", (("x",), ("1",))),
        ("| x | y |\n|---|---|\n| 1 |", (("x", "y"), ("1", ""))),
        (r"| a \| b |" + "\n|---|\n", (("a | b",),)),
    ],
)
def test_a_markdown_table_is_found(text: str, rows: tuple[tuple[str, ...], ...]) -> None:
    found = find_table(text)
    assert found is not None and found.rows == rows


@pytest.mark.parametrize(
    "text",
    ["```\n| x |\n|---|\n| 1 |\n```", "| x |\n| 1 |", "a | b", "|---|", "| x | y |\n|---|\n"],
)
def test_what_is_no_table_stays_markdown(text: str) -> None:
    assert find_table(text) is None
