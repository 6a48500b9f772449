"""Checks blocks as Slack does: a closed table of kinds, each with what it needs. Pure.

Source: docs.slack.dev, "Blocks", each block's and element's page. Kinds that the app does not use
are checked for what they cannot be without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.playground.slack.blocks.charts import MAX_CHARTS, is_chart
from bot.playground.slack.blocks.controls import is_accessory, is_actions, is_context_actions
from bot.playground.slack.blocks.texts import is_filled, is_text

MAX_BLOCKS, MAX_CONTEXT_ELEMENTS = 50, 10
MAX_TABLE_ROWS, MAX_ROW_CELLS, MAX_TABLE_CHARS = 100, 20, 10_000
MIN_DATA_ROWS, MAX_DATA_ROWS, MAX_DATA_CHARS, MAX_PAGE_ROWS = 2, 201, 20_000, 100
MAX_ALT_CHARS, MAX_HEADER_CHARS = 2_000, 150
# Source: docs.slack.dev, "Data table block".
_DATA_TABLE_FIELDS = frozenset(
    {"type", "block_id", "caption", "rows", "page_size", "row_header_column_index"}
)

Block = Mapping[str, Any]


def can_take_blocks(blocks: object) -> bool:
    """Whether Slack would take `blocks` for those of one message."""
    if not isinstance(blocks, list) or len(blocks) > MAX_BLOCKS:
        return False
    if not all(isinstance(block, dict) and is_valid_block(block) for block in blocks):
        return False
    kinds = [block["type"] for block in blocks]
    return kinds.count("table") <= 1 and kinds.count("data_visualization") <= MAX_CHARTS


def is_valid_block(block: Block) -> bool:
    """Whether Slack would take `block`, wherever blocks of its kind are taken at all."""
    kind = block.get("type")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    return check is not None and check(block)


def _is_markdown(block: Block) -> bool:
    return is_filled(block.get("text"))


def _is_table(block: Block) -> bool:
    """Whether a table is within Slack's bounds and has no empty cell."""
    return _has_rows(block, 1, MAX_TABLE_ROWS, MAX_TABLE_CHARS)


def _is_data_table(block: Block) -> bool:
    """Whether a data table has its caption and even rows, within Slack's bounds."""
    if not is_filled(block.get("caption")) or not set(block) <= _DATA_TABLE_FIELDS:
        return False
    if not _has_rows(block, MIN_DATA_ROWS, MAX_DATA_ROWS, MAX_DATA_CHARS):
        return False
    width = len(block["rows"][0])
    has_header = all(cell["type"] != "rich_text" for cell in block["rows"][0])
    if not has_header or any(len(row) != width for row in block["rows"]):
        return False
    return _is_count(block.get("page_size", 5), 1, MAX_PAGE_ROWS) and _is_count(
        block.get("row_header_column_index", 0), 0, width - 1
    )


def _has_rows(block: Block, min_rows: int, max_rows: int, max_chars: int) -> bool:
    rows = block.get("rows")
    if not isinstance(rows, list) or not min_rows <= len(rows) <= max_rows:
        return False
    if any(not isinstance(row, list) or not 1 <= len(row) <= MAX_ROW_CELLS for row in rows):
        return False
    cells = [cell for row in rows for cell in row]
    if not all(isinstance(cell, dict) and _is_cell(cell) for cell in cells):
        return False
    texts = (cell.get("text") for cell in cells)
    return sum(len(text) for text in texts if isinstance(text, str)) <= max_chars


def _is_cell(cell: Block) -> bool:
    match cell.get("type"):
        case "raw_text":
            return is_filled(cell.get("text"))
        case "raw_number":
            value = cell.get("value")
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "rich_text":
            return _is_rich_text(cell)
        case _:
            return False


def _is_count(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_picture(block: Block) -> bool:
    file = block.get("slack_file")
    has_file = isinstance(file, dict) and (is_filled(file.get("id")) or is_filled(file.get("url")))
    has_one = has_file != is_filled(block.get("image_url"))
    return has_one and is_filled(block.get("alt_text"), MAX_ALT_CHARS)


def _is_section(block: Block) -> bool:
    fields = block.get("fields")
    has_fields = isinstance(fields, list) and bool(fields) and all(map(is_text, fields))
    has_text = has_fields or is_text(block.get("text"))
    return has_text and ("accessory" not in block or is_accessory(block["accessory"]))


def _is_header(block: Block) -> bool:
    return is_text(block.get("text"), MAX_HEADER_CHARS, types=("plain_text",))


def _is_context(block: Block) -> bool:
    elements = block.get("elements")
    return isinstance(elements, list) and 1 <= len(elements) <= MAX_CONTEXT_ELEMENTS


def _is_rich_text(block: Block) -> bool:
    elements = block.get("elements")
    return isinstance(elements, list) and all(isinstance(element, dict) for element in elements)


def _is_divider(_block: Block) -> bool:
    return True


_CHECKS: Mapping[str, Callable[[Block], bool]] = {
    "markdown": _is_markdown,
    "table": _is_table,
    "data_table": _is_data_table,
    "data_visualization": is_chart,
    "image": _is_picture,
    "actions": is_actions,
    "context_actions": is_context_actions,
    "section": _is_section,
    "header": _is_header,
    "context": _is_context,
    "rich_text": _is_rich_text,
    "divider": _is_divider,
}
