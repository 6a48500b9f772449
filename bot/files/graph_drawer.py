"""Has graphs read and drawn in a decoder: the side of the service.

A layout that takes too long ends its process; then the tables are made without a picture, which is
said. What a decoder returns is not trusted. See `sandbox.computing.dependency_graphs`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.files import GeneratedFile
from bot.domain.messages import Message, MessageList, render
from bot.domain.safe_text import truncate
from bot.domain.stored_messages import deserialize_message
from bot.files.sandbox.made_files import check_made_file
from bot.files.sandbox.pipe import Message as Result
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.process import ProcessDied, ProcessNotStarted, ProcessTimeout
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import build_unreadable_error, parse_error
from bot.graphs.wishes import GraphWish

log = structlog.get_logger(__name__)

DRAW_SECONDS, TABLE_SECONDS = 15.0, 25.0
# Thousands of files may have to be read first.
_MORE_SECONDS_FOR_ARCHIVES = 25.0
_ARCHIVE_BEGINNING = b"PK\x03\x04"
_MAX_FILES, _MAX_BYTES = 30, 64 * 1024 * 1024
_MAX_TEXT_CHARS, _MAX_FACT_CHARS, _MAX_ALT_CHARS = 30_000, 250_000, 4_000
# Reading more at once would hold the service.
_MAX_SENTENCE_BYTES = 600_000
_NAME = re.compile(r"[a-z0-9-]{1,80}\.(png|svg|dot|csv|zip)")
_MIMETYPES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "dot": "text/vnd.graphviz",
    "csv": "text/csv",
    "zip": "application/zip",
}
_NO_PICTURE = Message(
    "Drawing this took too long, so there is no picture; the whole graph is in the files."
)
_WORDS = {
    "nodes": Message("nodes"),
    "edges": Message("edges"),
    "rest": Message("the rest"),
    "root": Message("start"),
    "group": Message("group, with how many"),
    "duplicate": Message("in several versions"),
    "cycle": Message("in a cycle"),
    "unresolved": Message("not known from the file"),
    "project": Message("project"),
    "production": Message("production"),
    "development": Message("development"),
    "optional": Message("optional"),
    "peer": Message("peer"),
    "build": Message("build"),
    "indirect": Message("indirect"),
    "platform": Message("platform"),
    "constraint": Message("constraint"),
    "replacement": Message("replacement"),
    "band 1": Message("needed directly"),
}
_STEPS = "{count} steps away"
_MAX_BANDS = 30


@dataclass(frozen=True, slots=True)
class DrawnGraphs:
    """What was made of files: `text` for people, `facts` as plain text for a model, files.

    `count` is the number of graphs. `has_refused`: a file of a known format could not be read, and
    `text` says why. `is_missing`: what was asked for is in none of the graphs.
    """

    text: Message
    facts: str
    files: tuple[GeneratedFile, ...]
    count: int
    has_refused: bool
    is_missing: bool


class GraphDrawer:
    """Reads and draws graphs, each time in a process that reads nothing else."""

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        draw_seconds: float = DRAW_SECONDS,
        table_seconds: float = TABLE_SECONDS,
    ) -> None:
        self._sandbox = sandbox
        self._draw_seconds = draw_seconds
        self._table_seconds = table_seconds

    async def draw(
        self,
        named_blobs: Sequence[tuple[str, bytes]],
        wish: GraphWish,
        owner: TaskOwner,
        *,
        language: str,
        takes_first: bool = False,
    ) -> DrawnGraphs:
        """Read the graphs of files, and draw what is wanted of them.

        With `takes_first`, the first file that holds a graph is enough. Raises `UnreadableError`.
        """
        header = {
            "task": "graphs",
            "name": named_blobs[0][0],
            "names": [name for name, _ in named_blobs],
            "wish": wish.serialize(),
            "words": _render_words(language),
            "first": takes_first,
        }
        blobs = [data for _, data in named_blobs]
        try:
            return await self._run({**header, "draws": True}, blobs, owner, self._draw_seconds)
        except (ProcessDied, ProcessTimeout, _OddResult) as error:
            log.warning("graph_not_drawn", error=type(error).__name__)
        return await self._make_tables({**header, "draws": False}, blobs, owner)

    async def _make_tables(
        self, header: dict[str, object], blobs: list[bytes], owner: TaskOwner
    ) -> DrawnGraphs:
        """Do the same without pictures, and say so. Raises `UnreadableError`."""
        name = str(header["name"])
        try:
            drawn = await self._run(header, blobs, owner, self._table_seconds)
        except ProcessTimeout as error:
            raise build_unreadable_error(name, "took too long") from error
        except (ProcessDied, _OddResult) as error:
            raise build_unreadable_error(name, "crashed", detail="died") from error
        text = MessageList((_NO_PICTURE, drawn.text), "\n\n") if drawn.count else drawn.text
        return replace(drawn, text=text)

    async def _run(
        self, header: dict[str, object], blobs: list[bytes], owner: TaskOwner, seconds: float
    ) -> DrawnGraphs:
        name = str(header["name"])
        if any(data.startswith(_ARCHIVE_BEGINNING) for data in blobs):
            seconds += _MORE_SECONDS_FOR_ARCHIVES
        try:
            result = await self._sandbox.pool.run_task(header, blobs, owner, max_seconds=seconds)
        except ProcessNotStarted as error:
            raise build_unreadable_error(name, "not started", detail=str(error)) from error
        if "why" in result[0]:
            if header["draws"]:
                raise _OddResult(str(result[0]["why"])[:40])
            raise parse_error(name, result[0])
        try:
            return await asyncio.to_thread(_parse_result, result)
        except Exception as error:
            # A forged result may raise anything when it is parsed.
            raise _OddResult(type(error).__name__) from error


class _OddResult(Exception):
    """The decoder has failed, or has returned what none returns that works."""


def _parse_result(result: Result) -> DrawnGraphs:
    header, (text, facts, *data) = result
    names = [(str(name), str(alt_text)) for name, alt_text in header["files"]]
    if len(names) != len(data) or len(data) > _MAX_FILES or sum(map(len, data)) > _MAX_BYTES:
        raise ValueError("other files")
    if not all(_NAME.fullmatch(name) for name, _ in names) or len(text) > _MAX_SENTENCE_BYTES:
        raise ValueError("odd names")
    loaded = deserialize_message(text.decode())
    if not isinstance(loaded, Message) or len(loaded) > _MAX_TEXT_CHARS:
        raise ValueError("no text")
    return DrawnGraphs(
        text=loaded,
        facts=truncate(facts[: 4 * _MAX_FACT_CHARS].decode(errors="replace"), _MAX_FACT_CHARS),
        files=tuple(
            _build_file(name, alt_text, blob)
            for (name, alt_text), blob in zip(names, data, strict=True)
        ),
        count=int(header["graphs"]),
        has_refused=bool(header["refused"]),
        is_missing=bool(header["missing"]),
    )


def _build_file(name: str, alt_text: str, data: bytes) -> GeneratedFile:
    ending, loaded = name.rpartition(".")[2], deserialize_message(alt_text)
    check_made_file(ending, data)
    if len(loaded) > _MAX_ALT_CHARS or (loaded and not isinstance(loaded, Message)):
        raise ValueError("no alternative text")
    return GeneratedFile(name, _MIMETYPES[ending], data, alt_text=loaded)


def _render_words(language: str) -> Mapping[str, str]:
    words = {name: render(word, language) for name, word in _WORDS.items()}
    steps = {
        f"band {count}": render(Message(_STEPS, count=count), language)
        for count in range(2, _MAX_BANDS)
    }
    return words | steps
