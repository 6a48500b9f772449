"""Finds the tables that a question is about: files of the message and the thread, pasted ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from bot.charts.reading.delimited import find_markdown_table, find_pasted_rows
from bot.domain.conversation import ThreadHistory, Turn
from bot.domain.files import FileRef
from bot.domain.questions import Question
from bot.files.chart_drawer import Source
from bot.request.parse import ParsedRequest

MAX_FILES = 4
SPEC_NAME = "chart.json"
CSV_SUFFIX = "-chart.csv"
_TABLE_ENDINGS = (
    ".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".jsonl", ".ndjson",
)  # fmt: skip
_MAYBE_TABLE_ENDINGS = (".txt", ".md", ".markdown", ".log", ".dat")
_TABLE_TYPES = (
    "text/csv", "text/tab-separated-values", "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip
_MAX_PASTED_CHARS, _MAX_TURNS = 200_000, 10


def is_table(ref: FileRef, *, is_new: bool = False) -> bool:
    """Whether a file may hold a table, by its name; of a new one a text may do."""
    name = ref.name.lower()
    if ref.is_gone or ref.is_declared_picture or name == SPEC_NAME or name.endswith(CSV_SUFFIX):
        return False
    endings = (*_TABLE_ENDINGS, *_MAYBE_TABLE_ENDINGS) if is_new else _TABLE_ENDINGS
    return name.endswith(endings) or ref.mimetype in _TABLE_TYPES


def select_tables(
    question: Question, request: ParsedRequest, history: ThreadHistory
) -> list[FileRef]:
    """Return the files with tables that a question is about: its own, else those it names, else the
    newest of the thread."""
    own = [ref for ref in question.files if is_table(ref, is_new=True)]
    if own or question.is_from_menu:
        return own[:MAX_FILES]
    if question.is_apart:
        return []
    known = [*history.made_files, *history.files, *history.carried_files]
    known = [ref for ref in known if is_table(ref)]
    named = request.select_named_files(known)
    return named[:MAX_FILES] if named else known[-MAX_FILES:]


def find_spec_file(history: ThreadHistory) -> FileRef | None:
    """Return the specification of the newest chart in the thread."""
    files = [ref for ref in history.made_files if ref.name == SPEC_NAME and not ref.is_gone]
    return files[-1] if files else None


def find_pasted_table(request: ParsedRequest, history: ThreadHistory) -> Source | None:
    """Return the table that is written in the message, or in a message before it."""
    turns = [turn for turn in history.turns[-_MAX_TURNS:] if not _has_chart(turn)]
    return _find_in([request.full_text]) or _find_in(turn.text for turn in reversed(turns))


def _has_chart(turn: Turn) -> bool:
    """Whether a turn shows a chart: its table is what was plotted, not what it was made of."""
    return any(ref.name == SPEC_NAME for ref in turn.files)


def _find_in(texts: Iterable[str]) -> Source | None:
    for text in texts:
        # A quote is marked line by line.
        plain = "\n".join(line.removeprefix("> ") for line in text[:_MAX_PASTED_CHARS].splitlines())
        rows: Sequence[Sequence[str]] | None = find_markdown_table(plain) or find_pasted_rows(plain)
        if rows is not None:
            return Source("table", json.dumps(rows).encode())
    return None
