"""Print the single requests or pictures of a time, however many there are."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from bot.billing.usage_report import PictureRow, RequestRow, TimeSpan
from bot.cli.table import format_table
from bot.cli.usage.export import (
    Record,
    build_picture_record,
    build_request_record,
    format_page,
)
from bot.cli.usage.names import Names
from bot.cli.usage.text import format_usd
from storage.engine.database import Database
from storage.reports.usage_lists import list_pictures, list_requests

REQUEST_COLUMNS = (
    "time", "user", "user_name", "channel", "channel_name", "thread", "question", "provider",
    "model", "kind", "outcome", "pictures", "input_tokens", "cached_tokens", "output_tokens",
    "reasoning_tokens", "image_tokens", "cost", "basis", "bill", "open_usd", "generation",
)  # fmt: skip
PICTURE_COLUMNS = (
    "time", "user", "user_name", "channel", "channel_name", "version", "type", "bytes",
    "is_deleted", "provider", "model", "parameters", "cost", "is_estimated", "open_usd",
    "question", "link",
)  # fmt: skip
_PICTURE_HEADINGS = ("time", "user", "channel", "version", "type", "model", "asked for")


async def print_requests(database: Database, span: TimeSpan, names: Names, form: str) -> None:
    """Print each request of `span` as a row of CSV, or as a line of JSON."""

    def build(row: RequestRow) -> Record:
        return build_request_record(row, span, names)

    await _print_pages(list_requests(database, span), build, REQUEST_COLUMNS, form)


async def print_pictures(database: Database, span: TimeSpan, names: Names, form: str) -> None:
    """Print each picture that was made in `span`, as text, CSV or JSON lines."""
    if form == "text":
        await _print_picture_table(database, span, names)
        return

    def build(row: PictureRow) -> Record:
        return build_picture_record(row, span, names)

    await _print_pages(list_pictures(database, span), build, PICTURE_COLUMNS, form)


async def _print_pages(
    pages: AsyncIterator[Sequence[Any]], build: Any, columns: Sequence[str], form: str
) -> None:
    is_first = True
    async for page in pages:
        records = [build(row) for row in page]
        sys.stdout.write(format_page(records, columns, form, is_first=is_first))
        is_first = False
    if is_first:
        sys.stdout.write(format_page([], columns, form, is_first=True))


async def _print_picture_table(database: Database, span: TimeSpan, names: Names) -> None:
    """Print tables of some thousand lines, so that no more than these are held in memory."""
    is_first, notes = True, set[str]()
    async for page in list_pictures(database, span):
        table = [[*_PICTURE_HEADINGS, "US dollars", "link"]] if is_first else []
        for row in page:
            table.append(_list_picture_cells(row, span, names))
            notes |= {"~"} if row.is_estimated else {"?"} if row.cost is None else set()
        if table:
            sys.stdout.write(format_table(table, left=len(_PICTURE_HEADINGS)))
        is_first = False
    if is_first:
        sys.stdout.write("No picture was made in this time.\n")
    if "~" in notes:
        sys.stdout.write("~ is not confirmed by the provider.\n")
    if "?" in notes:
        sys.stdout.write("? is the most that it can cost; its cost is not known yet.\n")


def _list_picture_cells(row: PictureRow, span: TimeSpan, names: Names) -> list[str]:
    record = build_picture_record(row, span, names)
    cost = row.max_cost if row.cost is None else row.cost
    mark = "?" if row.cost is None else "~" if row.is_estimated else " "
    kind = row.mimetype.removeprefix("image/") + (" (deleted)" if record["is_deleted"] else "")
    return [
        str(record["time"])[:16].replace("T", " "),
        names.format_key("user", row.user),
        names.format_key("channel", row.channel),
        f"v{row.version}",
        kind,
        row.model,
        row.parameters,
        format_usd(cost) + mark,
        str(record["link"]),
    ]
