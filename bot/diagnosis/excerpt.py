"""The lines of a log or report that a model is shown, each with its number in the file. Pure.

They come from a decoder that has read what strangers wrote: `parse_excerpt` trusts none of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.domain.safe_text import truncate

MAX_LINES, MAX_LINE_CHARS = 300, 700
# About 12,000 tokens: of logs, which are full of numbers and paths, a token is some three bytes.
MAX_BYTES = 36_000
_MAX_NUMBER, _MAX_KIND_CHARS, _MAX_SENT_BYTES = 10_000_000_000, 40, 3_000_000
_MORE = " (… and {count:,} more lines like this one, up to L{last})"
_GAP = "… {count:,} lines left out …"


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """A line of a file: its number from 1, its text made plain, secrets masked.

    `more_count` lines that differ in nothing but digits follow it, up to `last_number`.
    """

    number: int
    text: str
    more_count: int = 0
    last_number: int = 0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines of one file that tell what failed, in order.

    `kind` is what the file is: “log”, or the form of a report, whose lines are those of a list that
    was made of it. `first_failure` and `last_failure` are numbers, 0 where nothing looks like one.
    `masked_count` lines held something secret.
    """

    total: int
    lines: tuple[ExcerptLine, ...]
    kind: str = "log"
    first_failure: int = 0
    last_failure: int = 0
    masked_count: int = 0

    @property
    def is_whole(self) -> bool:
        return len(self.lines) >= self.total


def format_excerpt(name: str, excerpt: Excerpt) -> str:
    """Write an excerpt of the file `name` as the model reads it, each line as `L12: text`."""
    out, expected = [_format_head(name, excerpt)], 1
    for line in excerpt.lines:
        if line.number > expected:
            out.append(_GAP.format(count=line.number - expected))
        more = _MORE.format(count=line.more_count, last=line.last_number) if line.more_count else ""
        out.append(f"L{line.number}: {line.text}{more}")
        expected = line.number + 1
    if excerpt.total >= expected:
        out.append(_GAP.format(count=excerpt.total - expected + 1))
    return "\n".join(out)


def _format_head(name: str, excerpt: Excerpt) -> str:
    what = f"{len(excerpt.lines):,} of {excerpt.total:,} lines, as L<number>: <text>"
    if excerpt.kind != "log":
        what = f"a list made of the {excerpt.kind}: {what}"
    if excerpt.first_failure:
        what += f"; by its words L{excerpt.first_failure} is the first failure"
    if excerpt.last_failure > excerpt.first_failure:
        what += f", L{excerpt.last_failure} the last"
    return f"({name}: {what})"


def serialize_excerpt(excerpt: Excerpt) -> bytes:
    """Return an excerpt as the bytes that a decoder sends."""
    lines = [[one.number, one.text, one.more_count, one.last_number] for one in excerpt.lines]
    values = {
        "total": excerpt.total,
        "kind": excerpt.kind,
        "first": excerpt.first_failure,
        "last": excerpt.last_failure,
        "masked": excerpt.masked_count,
        "lines": lines,
    }
    return json.dumps(values, ensure_ascii=True).encode()


def parse_excerpt(data: bytes) -> Excerpt:
    """Read what a decoder sent. Raises anything for what is no excerpt."""
    if len(data) > _MAX_SENT_BYTES:
        raise ValueError("too long")
    values: dict[str, Any] = json.loads(data)
    lines = [_parse_line(*line) for line in values["lines"]]
    numbers = [line.number for line in lines]
    total = _parse_number(values["total"])
    if len(lines) > MAX_LINES or numbers != sorted(set(numbers)) or (numbers[-1:] > [total]):
        raise ValueError("no lines")
    return Excerpt(
        total,
        tuple(lines),
        _clean(values["kind"], _MAX_KIND_CHARS),
        *(_parse_number(values[name]) for name in ("first", "last", "masked")),
    )


def _parse_line(number: object, text: object, more: object, last: object) -> ExcerptLine:
    return ExcerptLine(
        _parse_number(number),
        _clean(text, MAX_LINE_CHARS),
        _parse_number(more),
        _parse_number(last),
    )


def _parse_number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MAX_NUMBER:
        raise ValueError("no number")
    return value


def _clean(value: object, max_chars: int) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return truncate(
        "".join(c if c.isprintable() else " " for c in value[: max_chars + 1]), max_chars
    )
