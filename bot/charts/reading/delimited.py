"""Finds tables in text: delimited files, JSON lists, Markdown tables of a message. Pure."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any

from bot.domain.safe_text import replace_invisible

MAX_CELL_CHARS, MAX_COLUMNS = 1_000, 2_000
_DELIMITERS = ",;\t|"
_SAMPLE_LINES, _SAMPLE_CHARS, _BLOCK_ROWS = 200, 400_000, 500
_SEPARATOR_LINE = re.compile(r"\s*sep\s*=\s*(.)\s*", re.IGNORECASE)
_MARKDOWN_RULE = re.compile(r"\s{0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_CELL_BREAK = re.compile(r"(?<!\\)\|")
_MAX_DEPTH, _LARGEST = 3, 10**40


def clean_cell(cell: str) -> str:
    """Return a cell on one line, without control characters, bounded."""
    if len(cell) > MAX_CELL_CHARS:
        cell = cell[:MAX_CELL_CHARS]
    if not cell.isprintable():
        cell = " ".join(replace_invisible(cell).split())
    return cell.strip()


def choose_delimiter(lines: Sequence[str]) -> str:
    """Return what separates the cells of `lines`: what gives most rows the same width, over one."""
    declared = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if declared is not None:
        return declared[1]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(
            len(row) for row in _read_csv(lines[:_SAMPLE_LINES], delimiter) if any(row)
        )
        width, count = max(
            widths.items(), key=lambda one: (one[1] * (one[0] > 1), one[0]), default=(1, 0)
        )
        score = count / max(1, widths.total()) * min(width, 10) ** 0.25 if width > 1 else 0.0
        if score > best_score + 1e-9:
            best, best_score = delimiter, score
    return best


def read_delimited(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the rows of delimited text, without the line that declares the delimiter."""
    rows = _read_csv(lines, delimiter)
    first = next(rows, None)
    if first is not None and not _SEPARATOR_LINE.fullmatch(delimiter.join(first)):
        rows = chain([first], rows)
    while block := list(islice(rows, _BLOCK_ROWS)):
        # Nearly all rows are as they should be, and there may be millions.
        if _is_clean(block):
            yield from block
        else:
            yield from ([clean_cell(cell) for cell in row[:MAX_COLUMNS]] for row in block)


def _is_clean(rows: Sequence[list[str]]) -> bool:
    """Whether the cells of all rows are what `clean_cell` would make of them."""
    if max(map(len, rows)) > MAX_COLUMNS:
        return False
    text = "|".join(chain.from_iterable(rows))
    if not text.isprintable() or max(map(len, chain.from_iterable(rows))) > MAX_CELL_CHARS:
        return False
    # All other space is not printable.
    return " " not in text or not (" |" in text or "| " in text or text != text.strip())


def _read_csv(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(sys.maxsize)
    safe = (line.replace("\0", "") if "\0" in line else line for line in lines)
    reader = csv.reader(safe, delimiter=delimiter, skipinitialspace=True, strict=False)
    while True:
        try:
            yield from reader
            return
        except csv.Error:
            continue


def sample_lines(lines: Iterable[str]) -> list[str]:
    """Return the first lines, at most as many as decide how they are separated."""
    sample, size = list[str](), 0
    for line in lines:
        size += len(line)
        sample.append(line)
        if len(sample) >= _SAMPLE_LINES or size > _SAMPLE_CHARS:
            break
    return sample


def read_json_table(
    value: Any, depth: int = _MAX_DEPTH
) -> tuple[list[str], list[list[str]]] | None:
    """Return the column names and rows of the first list of objects in `value`, or of lists."""
    if isinstance(value, list) and value:
        if all(isinstance(item, dict) for item in value):
            names = list(dict.fromkeys(str(key) for item in value for key in item))[:MAX_COLUMNS]
            return names, [[write_value(item.get(name)) for name in names] for item in value]
        if all(isinstance(item, list) for item in value) and len(value) > 1:
            rows = [[write_value(cell) for cell in item[:MAX_COLUMNS]] for item in value]
            return rows[0], rows[1:]
    if depth and isinstance(value, dict):
        for inner in value.values():
            found = read_json_table(inner, depth - 1)
            if found is not None:
                return found
    return None


def write_value(value: object) -> str:
    """Return a typed value as a cell that is read as the same value whatever is around it."""
    if isinstance(value, float):
        return _write_float(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false"}.get(value, "") if value is not None else ""
    if isinstance(value, dict | list):
        return clean_cell(json.dumps(value, ensure_ascii=False)[:MAX_CELL_CHARS])
    return clean_cell(str(value) if not isinstance(value, int) else "")


def _write_float(value: float) -> str:
    text = repr(value)
    if "e" in text or "n" in text:
        return text
    # Three digits after the point could be thousands, so there are four.
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text.removesuffix(".0")


def find_markdown_table(text: str) -> list[list[str]] | None:
    """Return the rows of the first Markdown table in `text`; None if there is none."""
    lines = text.splitlines()
    for index in range(1, len(lines)):
        rule = lines[index]
        if "-" not in rule or "|" not in lines[index - 1] or not _MARKDOWN_RULE.fullmatch(rule):
            continue
        table = [_split_markdown(lines[index - 1])]
        if len(table[0]) < 2:
            continue
        for number in range(index + 1, len(lines)):
            if "|" not in lines[number]:
                break
            table.append(_split_markdown(lines[number]))
        if len(table) > 1:
            return table
    return None


def _split_markdown(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    cells = _CELL_BREAK.split(inner)[:MAX_COLUMNS]
    return [clean_cell(cell.replace("\\|", "|").strip("*` \t")) for cell in cells]


def find_pasted_rows(text: str) -> list[list[str]] | None:
    """Return the rows that are pasted into a message: two lines or more with as many cells each."""
    best = list[str]()
    for block in re.split(r"\n\s*\n|```[a-z]*", text):
        lines = [line for line in block.splitlines() if line.strip()]
        for delimiter in _DELIMITERS:
            run = [line for line in lines if delimiter in line]
            counts = {len(row) for row in _read_csv(run, delimiter)}
            # Two cells a line could be a sentence; a second line with a number is none.
            is_table = len(run) > 2 or (len(run) > 1 and re.search(r"\d", run[-1]))
            if len(counts) == 1 and is_table and len(run) > len(best):
                best = run
    if not best:
        return None
    return list(read_delimited(best, choose_delimiter(best)))
