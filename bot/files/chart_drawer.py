"""Has tables looked at and charts computed in the decoders: the side of the service.

A decoder that has read a hostile file may return anything, so no value is used unchecked. See
`bot.files.sandbox.computing.charts` for what is done there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.charts.result import ChartData, parse_chart
from bot.charts.spec import ChartSpec, serialize_spec
from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import replace_invisible, truncate
from bot.domain.stored_messages import deserialize_message
from bot.files.sandbox.made_files import check_made_file
from bot.files.sandbox.pipe import Message as Result
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox

_MAX_TABLES, _MAX_COLUMNS, _MAX_NOTES = 6, 200, 20
_MAX_TEXT_CHARS, _MAX_NOTE_CHARS, _MAX_FILE_BYTES = 200, 600, 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file with a table: its name, its bytes, and its Slack id where it has one."""

    name: str
    data: bytes
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """What a column holds, for the model."""

    name: str
    kind: str
    precision: str
    unit: str
    empty: int
    distinct: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """What a table holds, for the model; `is_whole`: all of its rows were counted.

    `source` is the place of its file among those that were looked at.
    """

    name: str
    columns: tuple[ColumnView, ...]
    more_columns: int
    rows: int
    is_whole: bool
    sample: tuple[tuple[str, ...], ...]
    source: int = 0


@dataclass(frozen=True, slots=True)
class ChartStyle:
    """The language of a chart, and Easel's own words in it."""

    language: str
    empty: str
    other: str
    is_day_first: bool


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart's numbers, its pictures, its numbers as CSV, and what is to be said about them.

    `used` are the places of the files that it is of.
    """

    data: ChartData
    png: bytes
    svg: bytes
    csv: bytes
    notes: tuple[Message, ...] = ()
    used: tuple[int, ...] = ()


class ChartDrawer:
    """Every method raises only `UnreadableError`. `owner` says whose turn a task takes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def look_at(self, sources: Sequence[Source], owner: TaskOwner) -> tuple[TableView, ...]:
        """Return what the tables in `sources` hold."""
        names = [source.name for source in sources]
        blobs = [source.data for source in sources]
        return await self._sandbox.run_task(
            "tables", names[0], blobs, _parse_tables, owner=owner, names=names
        )

    async def draw(
        self, sources: Sequence[Source], spec: ChartSpec, style: ChartStyle, owner: TaskOwner
    ) -> DrawnChart | tuple[Message, ...]:
        """Return the chart, or what is wrong with `spec`."""
        names = [source.name for source in sources]
        blobs = [*(source.data for source in sources), json.dumps(serialize_spec(spec)).encode()]
        return await self._sandbox.run_task(
            "chart",
            names[0],
            blobs,
            _parse_drawn,
            owner=owner,
            names=names,
            language=style.language,
            empty=style.empty,
            other=style.other,
            day_first=style.is_day_first,
        )


def _parse_tables(result: Result) -> tuple[TableView, ...]:
    header, _ = result
    return tuple(_parse_table(values) for values in header["tables"][:_MAX_TABLES])


def _parse_table(values: dict[str, Any]) -> TableView:
    columns = tuple(_parse_column(column) for column in values["columns"][:_MAX_COLUMNS])
    sample = tuple(tuple(_clean(cell) for cell in row[:30]) for row in values["sample"][:5])
    return TableView(
        _clean(values["name"]),
        columns,
        int(values["more_columns"]),
        int(values["rows"]),
        values["is_whole"] is True,
        sample,
        int(values["of"]),
    )


def _parse_column(values: dict[str, Any]) -> ColumnView:
    return ColumnView(
        _clean(values["name"]),
        _clean(values["kind"]),
        _clean(values["precision"]),
        _clean(values["unit"]),
        int(values["empty"]),
        int(values["distinct"]),
        tuple(_clean(one)[:60] for one in values["examples"][:5]),
    )


def _parse_drawn(result: Result) -> DrawnChart | tuple[Message, ...]:
    header, blobs = result
    if "problems" in header:
        problems = _parse_messages(header["problems"])
        if not problems:
            raise ValueError("no problems")
        return problems
    png, svg, csv_file = blobs
    if sum(map(len, blobs)) > _MAX_FILE_BYTES:
        raise ValueError("too large")
    for ending, data in (("png", png), ("svg", svg), ("csv", csv_file)):
        check_made_file(ending, data)
    notes, used = _parse_messages(header["notes"]), tuple(map(int, header["used"][:_MAX_TABLES]))
    return DrawnChart(parse_chart(header["chart"]), png, svg, csv_file, notes, used)


def _parse_messages(text: object) -> tuple[Message, ...]:
    found = deserialize_message(str(text))
    parts = found.parts if isinstance(found, MessageList) else ()
    messages = [
        part for part in parts if isinstance(part, Message) and len(part) <= _MAX_NOTE_CHARS
    ]
    return tuple(messages[:_MAX_NOTES])


def _clean(value: object) -> str:
    return truncate(replace_invisible(str(value)[: 4 * _MAX_TEXT_CHARS]), _MAX_TEXT_CHARS)
