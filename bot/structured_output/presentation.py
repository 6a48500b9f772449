"""Shows an answer that is data as a table or code, and makes files of it. Pure.

Runs in a decoder, because an answer may be long: see `bot.files.sandbox.tasks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.structured_output.tables import (
    extract_table,
    format_code_block,
    format_csv,
    format_json,
    format_markdown,
)


@dataclass(frozen=True, slots=True)
class ShownData:
    """The text to show, the JSON file, and the CSV file where the data is a table.

    `title` is that of the table, as a file name.
    """

    text: str
    json_file: bytes
    csv_file: bytes | None = None
    title: str = ""


def show_data(value: Any, *, is_own_table: bool, is_wrapped: bool) -> ShownData:
    """Show data; a table has a CSV file as well.

    `is_own_table`: it was asked for as Easel's own table. `is_wrapped`: it is the field `data`.
    """
    table = extract_table(value)
    data = value["data"] if is_wrapped and isinstance(value, dict) and "data" in value else value
    if table is not None and is_own_table:
        # The rows as objects are what a program wants.
        data = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    json_file = format_json(data).encode()
    if table is None:
        return ShownData(format_code_block(data), json_file)
    csv_file = format_csv(table).encode("utf-8-sig")
    return ShownData(format_markdown(table), json_file, csv_file, _build_stem(table.title))


def _build_stem(title: str) -> str:
    words = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in title[:1_000])
    return "-".join(part for part in words.split("-") if part)[:50].strip("-")
