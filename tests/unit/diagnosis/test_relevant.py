"""The lines of a log that tell what failed are found, whatever tool has written it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.diagnosis.excerpt import (
    MAX_BYTES,
    MAX_LINES,
    Excerpt,
    format_excerpt,
    parse_excerpt,
    serialize_excerpt,
)
from bot.diagnosis.read import read_lines, read_relevant
from tests.support.processor_time import hold_to
from tests.unit.diagnosis.tool_logs import LOGS

NOISE = "".join(
    f"12:00:{n % 60:02d} INFO step {n}: copied error_{n}.py, 0 errors, no failures, --fail-fast\n"
    for n in range(400)
)


def read(text: str, encoding: str = "utf-8") -> Excerpt:
    return read_relevant(text.encode(encoding, "surrogatepass"), encoding)


def get_text(excerpt: Excerpt, number: int) -> str | None:
    return next((line.text for line in excerpt.lines if line.number == number), None)


@pytest.mark.parametrize("noise", ["", NOISE], ids=["short", "long"])
@pytest.mark.parametrize("tool", LOGS)
def test_the_decisive_line_is_shown_and_is_the_first_failure(tool: str, noise: str) -> None:
    log, wanted = LOGS[tool]
    excerpt = read(noise + log + noise)
    first = get_text(excerpt, excerpt.first_failure)
    if wanted is None:
        assert first is None
        return
    assert first is not None and wanted in first
    # It is a line of the file, under its own number.
    lines = (noise + log + noise).split("\n")
    shown = {line.number: line.text for line in excerpt.lines}
    number = excerpt.first_failure
    assert wanted in lines[number - 1] and shown[number] in lines[number - 1].expandtabs(4)
    assert excerpt.total == len(lines) - 1
    assert noise == "" or len(excerpt.lines) < 120


def test_a_short_log_is_shown_whole() -> None:
    excerpt = read("a\nb\nc\n")
    assert [(line.number, line.text) for line in excerpt.lines] == [(1, "a"), (2, "b"), (3, "c")]
    assert excerpt.is_whole and excerpt.first_failure == 0


def test_a_stack_trace_is_shown_with_its_causes_and_the_middle_of_a_long_one_is_not() -> None:
    frames = [f"\tat com.example.Deep.call{n}(Deep.java:{n})" for n in range(150)]
    trace = [
        "java.lang.IllegalStateException: outer",
        *frames,
        "Caused by: java.io.IOException: disk",
    ]
    excerpt = read(NOISE + "\n".join(trace) + "\n" + NOISE)
    shown = [line.text for line in excerpt.lines]
    assert "Caused by: java.io.IOException: disk" in shown
    assert sum("Deep.call" in text for text in shown) < 60
    assert "lines left out" in format_excerpt("a.log", excerpt)


def test_what_is_repeated_is_shown_once_and_counted() -> None:
    repeated = "".join(
        f"12:00:{n % 60:02d} ERROR: cannot connect to db (try {n})\n" for n in range(4_313)
    )
    excerpt = read(NOISE + repeated + NOISE)
    first = next(line for line in excerpt.lines if line.number == 401)
    assert (first.more_count, first.last_number) == (4_312, 400 + 4_313)
    assert sum("cannot connect" in line.text for line in excerpt.lines) < 15
    assert "and 4,312 more lines like this one, up to L4713" in format_excerpt("a.log", excerpt)


def test_the_first_failure_comes_before_what_follows_from_it_and_the_last_is_told() -> None:
    log = (
        "ValueError: bad\n" + NOISE + "make: *** [Makefile:3: all] Error 2\nKeyError: 'x'\n" + NOISE
    )
    excerpt = read(log)
    assert get_text(excerpt, excerpt.first_failure) == "ValueError: bad"
    assert get_text(excerpt, excerpt.last_failure) == "KeyError: 'x'"


def test_where_only_the_end_tells_of_an_error_what_was_said_before_is_shown() -> None:
    said = "".join(
        f"the palette has the colour {name}\n" for name in ("red", "green", "blue", "pink")
    )
    log = NOISE + said + "bye\n" * 8 + "##[error]Process completed with exit code 3.\n" + NOISE
    excerpt = read(log)
    assert "the palette has the colour red" in [line.text for line in excerpt.lines]


def test_what_a_terminal_and_a_runner_add_is_gone() -> None:
    log = (
        "\ufeff2026-05-05T12:00:00.1234567Z ##[group]\x1b[36;1mRun make\x1b[0m\n"
        "downloading 1%\rdownloading 50%\rdownloading 100%\r\n"
        "\x1b]8;;http://192.0.2.1\x1b\\link\x1b]8;;\x1b\\ \x1b[31mError:\x1b[0m"
        " no \u202eelif\u202c\x00\n"
        "section_start:1700000000:step\r\x1b[0K\x1b[0KStep\n[31mred[0m array[m]\n"
    )
    texts = [line.text for line in read(log).lines]
    assert texts == ["Run make", "downloading 100%", "link Error: no elif", "Step", "red array[m]"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig"])
def test_every_encoding_is_read(encoding: str) -> None:
    excerpt = read("début\r\nValueError: ü\r\n", encoding)
    assert get_text(excerpt, 2) == "ValueError: ü" and excerpt.first_failure == 2


def test_lines_are_counted_at_line_feeds_as_editors_do() -> None:
    excerpt = read("a\x0bb\x0cc\u2028d\x85e\nValueError: x\n")
    assert excerpt.first_failure == 2
    assert read("a\rValueError: x\r").first_failure == 2, "an old file that has no line feeds"


def hostile_logs() -> Iterable[bytes]:
    yield b"x" * 8_000_000 + b" ValueError: deep inside " + b"y" * 8_000_000
    yield b"\x1b[" * 2_000_000 + b"\nerror: y\n"
    yield b"\x1b]" + b"a" * 4_000_000
    yield b"\r" * 1_000_000
    yield b"\n" * 1_000_000
    yield b"\x00" * 1_000_000 + b"error"
    yield b"error: " * 400_000
    yield b"".join(b"error %c%c%c\n" % (97 + n % 26, 97 + n // 26 % 26, 97 + n // 676 % 26)
                   for n in range(60_000))  # fmt: skip
    yield ("(" * 700 + "\n").encode() * 500 + b"assert a" * 5_000
    yield b"\xff\xfe" + b"\xd8" * 100_001


@pytest.mark.parametrize("number", range(10))
def test_a_hostile_log_takes_little_time_and_stays_bounded(number: int) -> None:
    data = list(hostile_logs())[number]
    with hold_to(8):
        excerpt = read_relevant(data, "utf-8")
    assert len(excerpt.lines) <= MAX_LINES
    assert sum(len(line.text.encode()) for line in excerpt.lines) <= MAX_BYTES
    assert parse_excerpt(serialize_excerpt(excerpt)) == excerpt
    if number == 0:
        assert "ValueError: deep inside" in excerpt.lines[0].text


def test_lines_are_quoted_by_their_numbers() -> None:
    text = "".join(f"line {n}\n" for n in range(1, 9_001)).encode()
    excerpt = read_lines(text, "utf-8", 4_300, 4_302)
    assert [(one.number, one.text) for one in excerpt.lines] == [
        (4_300, "line 4300"), (4_301, "line 4301"), (4_302, "line 4302"),
    ]  # fmt: skip
    assert excerpt.total == 9_000
    assert len(read_lines(text, "utf-8", 1, 10**9).lines) == MAX_LINES
    assert read_lines(text, "utf-8", 9_999, 10**9).lines == ()


@pytest.mark.parametrize(
    "forged",
    [b"", b"[]", b'{"total": 1}', b'{"total":1,"kind":"log","first":0,"last":0,"masked":0,"lines":'
     b'[[2,"a",0,0]]}', b'{"total":9,"kind":"log","first":0,"last":0,"masked":0,"lines":[[2,"a",0,0'
     b'],[1,"b",0,0]]}', b'{"total":9,"kind":"log","first":-1,"last":0,"masked":0,"lines":[]}',
     b'{"total":9,"kind":"log","first":0,"last":0,"masked":0,"lines":[[1,7,0,0]]}'],
)  # fmt: skip
def test_a_forged_excerpt_is_refused(forged: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        parse_excerpt(forged)


def test_a_forged_line_is_made_one_plain_line() -> None:
    values = (
        b'{"total":9,"kind":"x","first":0,"last":0,"masked":0,"lines":[[1,"a\\nb\\u0000",0,0]]}'
    )
    assert parse_excerpt(values).lines[0].text == "a b "
