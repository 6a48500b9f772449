"""Chooses the lines of a log that tell what failed: failures, traces, what is around. Pure.

The log is read twice: once to find the failures (see `scan.py`), once to take the lines around
them, so that no more than these are ever in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.diagnosis.excerpt import MAX_LINE_CHARS, MAX_LINES, Excerpt, ExcerptLine
from bot.diagnosis.lines import clean_line, shorten_line
from bot.diagnosis.scan import Finding, Scan, look_through
from bot.diagnosis.scoring.score import CONSEQUENCE_SCORE, find_place
from bot.diagnosis.secrets import redact_secrets

# About 12,000 tokens: of logs, which are full of numbers and paths, a token is some three bytes.
MAX_BYTES = 36_000
_OVERHEAD_BYTES = 8
_MAX_MASKED_CHARS = 4_000
_MAX_BLOCKS = 40
_FIRST_LINES, _LAST_LINES, _QUIET_FIRST, _QUIET_LAST = 3, 10, 60, 120
_BEFORE, _BEFORE_END, _AFTER = 3, 20, 4
# How far a stack trace is followed, and how much of a long one is shown.
_MAX_TRACE_BEFORE, _MAX_TRACE_AFTER, _TRACE_HEAD, _TRACE_TAIL = 60, 200, 18, 8
_TRACE_LINE = re.compile(
    r"\s+\S|Traceback \(most recent|Caused by\b|Suppressed:|goroutine \d|created by "
    r"|\.\.\. \d+ (?:more|common)"
    r"|--- End of |stack backtrace:|\[\w+\]\s+at |#\d{1,4}\s|During handling of "
    r"|The above exception"
    r"|[\w./*()\[\]-]{1,200}\(.{0,300}\)$|from .{1,300}:\d+:in |In file included from"
    r"|exit status|\s*$"
    r"|Expected|Received|Actual|[-+^|~>]\s|note:|help:|= note|hint:|Hint:|at .{1,300}:\d+"
)


@dataclass(frozen=True, slots=True)
class _Room:
    """What an excerpt may still take."""

    lines: int
    size: int


def find_relevant(
    read: Callable[[], Iterable[Sequence[str]]], kind: str = "log", max_bytes: int = MAX_BYTES
) -> Excerpt:
    """Return the lines that tell what failed, of at most `max_bytes`.

    `read` starts at the first line each time and yields batches. A short log is shown whole.
    """
    scan = look_through(read())
    chosen = _choose_findings(scan)
    texts = _collect(read(), _list_windows(scan, chosen))
    numbers = _fill(scan, chosen, texts, max_bytes)
    likes = {one.number: one for one in scan.findings if one.count > 1}
    is_whole = len(numbers) == scan.total
    lines = [
        _build_line(number, texts, None if is_whole else likes.get(number)) for number in numbers
    ]
    first, last = scan.find_first(), scan.find_last()
    return Excerpt(
        scan.total,
        tuple(lines),
        kind,
        first.number if first else 0,
        last.last_number if last else 0,
        sum(1 for number in numbers if texts[number].is_masked),
    )


def list_lines(
    batches: Iterable[Sequence[str]], first: int, last: int, kind: str = "log"
) -> Excerpt:
    """Return lines `first` to `last`, both from 1, as they are shown; at most `MAX_LINES`."""
    wanted, found, total = range(first, min(last, first + MAX_LINES - 1) + 1), [], 0
    for batch in batches:
        start = total + 1
        total += len(batch)
        for number in range(max(start, wanted.start), min(total + 1, wanted.stop)):
            text = _make_plain(batch[number - start])
            found.append((number, text))
    lines = tuple(ExcerptLine(number, text.text) for number, text in found)
    return Excerpt(total, lines, kind, masked_count=sum(text.is_masked for _, text in found))


def _choose_findings(scan: Scan) -> list[Finding]:
    """Return what is shown first: the first failure, the last, then the surest ones."""
    first, last = scan.find_first(), scan.find_last()
    others = sorted(scan.findings, key=lambda one: (-one.score, one.number))
    ends = [one for one in (first, last) if one is not None]
    unique = {one.number: one for one in (*ends, *others)}
    return list(unique.values())[:_MAX_BLOCKS]


def _list_windows(scan: Scan, chosen: Sequence[Finding]) -> list[range]:
    total = scan.total
    if total <= MAX_LINES:
        return [range(1, total + 1)]
    windows = [range(1, _QUIET_FIRST + 1), range(max(1, total - _QUIET_LAST + 1), total + 1)]
    for one in chosen:
        windows.append(range(one.number - _MAX_TRACE_BEFORE, one.number + _MAX_TRACE_AFTER + 1))
        windows.append(range(one.last_number - _BEFORE, one.last_number + _AFTER + 1))
        step = scan.find_step(one.number)
        windows.append(range(step, step + 1))
    return [range(max(1, one.start), min(total + 1, one.stop)) for one in windows]


@dataclass(frozen=True, slots=True)
class _PlainLine:
    text: str
    is_masked: bool

    @property
    def size(self) -> int:
        return len(self.text.encode("utf-8", "replace")) + _OVERHEAD_BYTES


def _make_plain(raw: str) -> _PlainLine:
    text = clean_line(raw)
    if len(text) > _MAX_MASKED_CHARS:
        # What is shown is far from where this is cut, so no secret there is cut in two.
        text = shorten_line(text, _MAX_MASKED_CHARS, find_place(text))
    masked = redact_secrets(text)
    place = find_place(masked) if len(masked) > MAX_LINE_CHARS else 0
    return _PlainLine(shorten_line(masked, MAX_LINE_CHARS, place), masked != text)


def _collect(batches: Iterable[Sequence[str]], windows: Sequence[range]) -> dict[int, _PlainLine]:
    """Return the lines of the windows, made plain, by their numbers."""
    texts, total = dict[int, _PlainLine](), 0
    for batch in batches:
        start = total + 1
        total += len(batch)
        for window in windows:
            for number in range(max(start, window.start), min(total + 1, window.stop)):
                if number not in texts:
                    texts[number] = _make_plain(batch[number - start])
    return texts


def _fill(
    scan: Scan, chosen: Sequence[Finding], texts: Mapping[int, _PlainLine], max_bytes: int
) -> list[int]:
    """Return the numbers of the lines to show, in order: what matters most is taken first."""
    taken, room = set[int](), _Room(MAX_LINES, max_bytes)
    total = scan.total
    if total <= MAX_LINES and sum(text.size for text in texts.values()) <= max_bytes:
        return list(range(1, total + 1))
    beginning, end = list(range(1, _FIRST_LINES + 1)), list(range(total, total - _LAST_LINES, -1))
    blocks = [_list_block(one, scan, texts) for one in chosen]
    # What the first failure says comes before all else, then how the log begins and ends.
    order = [*blocks[:1], beginning, end, *blocks[1:]]
    if not chosen:
        order += [list(range(total, total - _QUIET_LAST, -1)), list(range(1, _QUIET_FIRST + 1))]
    for block in order:
        for number in block:
            text = texts.get(number)
            if text is None or number in taken:
                continue
            if room.lines < 1 or room.size < text.size:
                break
            taken.add(number)
            room = _Room(room.lines - 1, room.size - text.size)
    return sorted(taken)


def _list_block(one: Finding, scan: Scan, texts: Mapping[int, _PlainLine]) -> list[int]:
    """Return the numbers of a failure's line and of those around it, by how much they matter."""
    after = _follow_trace(one.number, 1, _MAX_TRACE_AFTER, texts)
    before = _follow_trace(one.number, -1, _MAX_TRACE_BEFORE, texts)
    if len(after) > _TRACE_HEAD + _TRACE_TAIL:
        after = [*after[:_TRACE_HEAD], *after[-_TRACE_TAIL:]]
    if len(before) > _TRACE_HEAD:
        before = [*before[: _TRACE_HEAD // 2], *before[-_TRACE_HEAD // 2 :]]
    near = [one.number + distance for distance in range(1, _AFTER + 1)]
    # That a step has ended with an error says nothing: what it said before may.
    reach = _BEFORE if one.score > CONSEQUENCE_SCORE else _BEFORE_END
    near += [one.number - distance for distance in range(1, reach + 1)]
    last = [one.last_number] if one.last_number != one.number else []
    step = scan.find_step(one.number)
    return [one.number, *near, *after, *before, *([step] if step else []), *last]


def _follow_trace(
    number: int, direction: int, max_lines: int, texts: Mapping[int, _PlainLine]
) -> list[int]:
    """Return the numbers of the lines that go on with a stack trace, nearest first."""
    found = []
    for distance in range(1, max_lines + 1):
        line = texts.get(number + direction * distance)
        if line is None or _TRACE_LINE.match(line.text) is None:
            break
        found.append(number + direction * distance)
    return found


def _build_line(number: int, texts: Mapping[int, _PlainLine], like: Finding | None) -> ExcerptLine:
    text = texts[number].text
    if like is None:
        return ExcerptLine(number, text)
    return ExcerptLine(number, text, like.count - 1, like.last_number)
