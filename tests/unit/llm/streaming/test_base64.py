"""The sieve: whatever comes, however it is cut, nothing is lost and nothing is made up."""

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
    """What the sieve lets through of `data`, cut at these places, as text."""
    taken = ExtractedBlobs("0123456789abcdef")
    sieve, ends = (
        Base64Extractor(taken),
        sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)}),
    )
    out = b"".join(sieve.feed(data[start:end]) for start, end in itertools.pairwise(ends))
    return (out + sieve.close()).decode("latin-1"), taken


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
def test_what_goes_in_can_be_had_back_whole(data: bytes, cuts: list[int]) -> None:
    text, taken = extract(data, *cuts)
    assert taken.restore(text).encode("latin-1") == data


@pytest.mark.parametrize("size", [MIN_RUN_CHARS, 10_000, 10_001, 10_002, 300_000])
def test_a_run_is_held_once_with_its_digest(size: int) -> None:
    raw = random.Random(size).randbytes(size)
    text, taken = extract(b'{"url":"' + base64.b64encode(raw) + b'"}', 100, 5_000, 5_001)
    assert len(text) < 100
    body = text.partition('"url":"')[2].rpartition('"')[0]
    assert taken.find_data(body) == (raw, hashlib.sha256(raw).hexdigest())


def test_a_short_run_goes_through_as_it_is() -> None:
    data = b"A" * (MIN_RUN_CHARS - 1)
    assert extract(data, 7)[0] == data.decode()


def test_what_is_no_base64_is_no_picture_and_still_a_text() -> None:
    data = b"A" * (MIN_RUN_CHARS + 1)  # one character too many
    text, taken = extract(data)
    assert taken.find_data(text) is None and taken.restore(text) == data.decode()


def test_a_stand_in_of_somebody_else_is_a_text() -> None:
    _, taken = extract(b"A" * MIN_RUN_CHARS)
    assert (
        taken.find_data("taken-ffff-0.") is None
        and taken.restore("taken-ffff-0.") == "taken-ffff-0."
    )


def test_a_run_without_an_end_is_refused() -> None:
    sieve = Base64Extractor(ExtractedBlobs("x"), max_bytes=10_000)
    with pytest.raises(RunTooLong):
        for _ in range(100):
            sieve.feed(b"A" * 1_000)
