"""Server-sent events from bytes, however they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.streaming.sse import LineTooLong, SseReader


def read_payloads(stream: bytes, cuts: list[int] | None = None, **limits: int) -> list[bytes]:
    reader, out, at = SseReader(**limits), [], 0
    for cut in cuts or []:
        out += reader.feed(stream[at : at + cut])
        at += cut
    return out + reader.feed(stream[at:]) + reader.close()


def parse_simply(stream: bytes) -> list[bytes]:
    """The standard's rules, written for clarity on the whole stream."""
    lines = stream.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    events: list[bytes] = []
    data: list[bytes] = []
    for line in [*lines.split(b"\n"), b""]:
        name, colon, value = line.partition(b":")
        if not line:
            if data:
                events.append(b"\n".join(data))
            data = []
        elif name == b"data":
            data.append(value.removeprefix(b" ") if colon else b"")
    return events


@pytest.mark.parametrize(
    ("stream", "payloads"),
    [
        (b"data: a\n\n", [b"a"]),
        (b"data:a\n\ndata:  b\n\n", [b"a", b" b"]),
        (b": a comment\n\ndata: a\r\n\r\ndata: b\r\r", [b"a", b"b"]),
        (b"data: one\ndata: two\n\n", [b"one\ntwo"]),
        (b"event: x\nid: 1\nretry: 5\ndata: a\n\n", [b"a"]),
        (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
        (b"data: unfinished", [b"unfinished"]),
        ('data: {"c":"a\u2028b\u0085c"}\n\n'.encode(), ['{"c":"a\u2028b\u0085c"}'.encode()]),
        (b"", []),
    ],
)
def test_streams_are_read_as_the_standard_says(stream: bytes, payloads: list[bytes]) -> None:
    assert read_payloads(stream) == payloads == parse_simply(stream)
    assert read_payloads(stream, [1] * len(stream)) == payloads


_PIECES = st.sampled_from(
    [b"data: ", b"data:", b"data", b"\n", b"\r", b"\r\n", b"\n\n", b": c", b"x", b"event: y"]
    + ["é\u2028😀".encode(), b"\xef\xbb\xbf", b"[DONE]"]
)


@given(st.lists(_PIECES, max_size=40).map(b"".join), st.lists(st.integers(0, 7), max_size=60))
def test_any_chunking_of_any_stream_gives_the_same_events(stream: bytes, cuts: list[int]) -> None:
    assert read_payloads(stream, cuts) == parse_simply(stream)


def test_a_picture_of_sixteen_megabytes_in_small_chunks_is_one_payload() -> None:
    stream = b"data: " + b"A" * (16 << 20) + b"\n\n"
    (payload,) = read_payloads(stream, [1 << 14] * (len(stream) >> 14))
    assert len(payload) == 16 << 20


def test_a_line_without_an_end_is_given_up_at_its_limit() -> None:
    with pytest.raises(LineTooLong):
        read_payloads(b"data: " + b"A" * 200, max_line_bytes=100)
    with pytest.raises(LineTooLong):
        read_payloads(b"data: " + b"A" * 200 + b"\n\n", [10] * 30, max_line_bytes=100)
