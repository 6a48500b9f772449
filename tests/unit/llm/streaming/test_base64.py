"""The extractor of base64: however a stream is cut, no byte is lost and none is added."""

from __future__ import annotations

import base64
import hashlib
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.streaming.base64 import MIN_RUN_CHARS, Base64Extractor, ExtractedBlobs, RunTooLong


def extract(data: bytes, *cuts: int) -> tuple[str, ExtractedBlobs]:
    """Feed `data` to an extractor, cut at `cuts`; return its output as text, and the blobs."""
    blobs = ExtractedBlobs("0123456789abcdef")
    ends = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    extractor = Base64Extractor(blobs)
    out = b"".join(extractor.feed(data[start:end]) for start, end in itertools.pairwise(ends))
    return (out + extractor.close()).decode("latin-1"), blobs


_PIECES = st.lists(
    st.one_of(
        st.sampled_from([b'"', b",", b"\n", b"=", b"==", b"\\/", b" ", b"data: "]),
        st.integers(0, 3).map(lambda n: b"A" * (MIN_RUN_CHARS - 2 + n)),
        st.integers(1, 9_000).map(lambda n: base64.b64encode(random.Random(n).randbytes(n))),
        st.binary(max_size=20),
    ),
    max_size=8,
).map(b"".join)


@given(_PIECES, st.lists(st.integers(0, 50_000), max_size=6))
def test_the_input_can_be_restored_whole(data: bytes, cuts: list[int]) -> None:
    text, blobs = extract(data, *cuts)
    assert blobs.restore(text).encode("latin-1") == data


@pytest.mark.parametrize("size", [MIN_RUN_CHARS, 10_000, 10_001, 10_002, 300_000])
def test_a_run_is_extracted_with_its_digest(size: int) -> None:
    raw = random.Random(size).randbytes(size)
    text, blobs = extract(b'{"url":"' + base64.b64encode(raw) + b'"}', 100, 5_000, 5_001)
    assert len(text) < 100
    body = text.partition('"url":"')[2].rpartition('"')[0]
    assert blobs.find_data(body) == (raw, hashlib.sha256(raw).hexdigest())


def test_a_short_run_stays_in_the_stream() -> None:
    data = b"A" * (MIN_RUN_CHARS - 1)
    assert extract(data, 7)[0] == data.decode()


def test_a_run_that_is_not_base64_stays_text() -> None:
    data = b"A" * (MIN_RUN_CHARS + 1)  # one character too many
    text, blobs = extract(data)
    assert blobs.find_data(text) is None and blobs.restore(text) == data.decode()


def test_a_placeholder_with_another_nonce_is_text() -> None:
    _, blobs = extract(b"A" * MIN_RUN_CHARS)
    assert (
        blobs.find_data("taken-ffff-0.") is None
        and blobs.restore("taken-ffff-0.") == "taken-ffff-0."
    )


def test_a_run_without_an_end_is_refused() -> None:
    extractor = Base64Extractor(ExtractedBlobs("x"), max_bytes=10_000)
    with pytest.raises(RunTooLong):
        for _ in range(100):
            extractor.feed(b"A" * 1_000)


@pytest.mark.parametrize("before", [0, 1, MIN_RUN_CHARS // 2 - 1, MIN_RUN_CHARS // 2, 3_001, 4_097])
@pytest.mark.parametrize("behind", [0, 1, 2_047])
def test_the_shortest_long_run_is_found_wherever_it_begins(before: int, behind: int) -> None:
    words = b"so, " * 1_100
    text, _ = extract(words[:before] + b'"' + b"A" * MIN_RUN_CHARS + b'"' + words[:behind])
    assert "AAAA" not in text and len(text) < before + behind + 100
