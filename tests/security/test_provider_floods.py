"""A provider sends without an end: it is cut off, what came is kept and said, and booked."""

from __future__ import annotations

import base64
import gzip
import io
import itertools
import json
import resource
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.domain.errors import EaselError
from bot.domain.llm import Prompt, StreamEvent, TextDelta
from bot.llm import answer_stream, errors
from bot.llm.answer_limits import MAX_PICTURES, AnswerLimits
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.client import ModelClient, create_http_client, get_json
from bot.playground.model.wire import build_chunk, encode_event
from tests.security.flooding_provider import HEAD, FloodingProvider, run_provider
from tests.support.easel import build_png, run_easel

MB = 1024 * 1024
SMALL_STREAM_BYTES = 4 * MB  # just above what pictures may have
HELLO = encode_event(build_chunk("gen-1", 1, {"content": "Here it is. "}))
PROMPT = Prompt("Be brief.", (), "<@U1>: say hello", (), 100, "aa", "bb")


def build_event(delta: dict[str, object]) -> bytes:
    return encode_event(build_chunk("gen-1", 1, delta))


def repeat(event: bytes) -> Iterator[bytes]:
    """`event` without an end, about a megabyte at a time."""
    return itertools.repeat(event * max(1, MB // len(event)))


def build_pictures() -> Iterator[bytes]:
    for number in itertools.count():
        url = (
            "data:image/png;base64,"
            + base64.b64encode(build_png() + number.to_bytes(4) + bytes(700_000)).decode()
        )
        yield build_event({"images": [{"type": "image_url", "image_url": {"url": url}}]})


def build_odds() -> bytes:
    odds = [{"token": "x", "logprob": -0.1, "top_logprobs": []}] * 100
    chunk = build_chunk("gen-1", 1, {"content": ""})
    chunk["choices"][0]["logprobs"] = {"content": odds}
    return encode_event(chunk)


FLOODS: dict[str, Callable[[], Iterator[bytes]]] = {
    "text": lambda: repeat(build_event({"content": "word " * 200})),
    "text in few large events": lambda: repeat(build_event({"content": "word " * 400_000})),
    "text as one run of base64": lambda: repeat(build_event({"content": "A" * 3 * MB})),
    "thoughts": lambda: repeat(build_event({"reasoning": "hm " * 300})),
    "odds": lambda: repeat(build_odds()),
    "pictures": build_pictures,
    "the same picture": lambda: repeat(next(build_pictures())),
    "comments": lambda: repeat(b": OPENROUTER PROCESSING\n\n"),
    "empty lines": lambda: repeat(b"\n"),
    "unknown events": lambda: repeat(b'event: x\ndata: {"x":"' + b"y " * 99 + b'"}\n\n'),
    "a line without an end": lambda: repeat(b"data: xx xx "),
    "an event without an end": lambda: repeat(b"data: xx\n"),
    "a field without an end": lambda: repeat(b"id: xx\n"),
    "base64 without an end": lambda: repeat(b"QUJD"),
    "base64 in comments": lambda: repeat(b": " + b"QUJD" * 300_000 + b"\n"),
    "errors": lambda: repeat(b'data: {"error":{"code":500,"message":"' + b"x " * 999 + b'"}}\n\n'),
    "usage": lambda: repeat(b'data: {"usage":{"prompt_tokens":1}}\n\n'),
}
EVERY_FLOOD = pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())


@pytest.fixture(autouse=True)
def _small_limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small part of the real limits, because most floods say the same at every height."""
    if "little_memory" in request.node.name:
        return
    limits = partial(AnswerLimits, SMALL_STREAM_BYTES, 250_000, 1_000_000, MB, 3 * MB, MAX_PICTURES)
    monkeypatch.setattr(answer_stream, "AnswerLimits", limits)


async def ask(provider: FloodingProvider) -> tuple[list[StreamEvent], EaselError | None]:
    events: list[StreamEvent] = []
    async with create_http_client() as http:
        model = ModelClient(
            http,
            OpenRouterCodec(),
            base_url=provider.base_url,
            api_key="k",
            get_model_info=lambda: GPT_5_4_IMAGE_2,
        )
        try:
            async for event in model.stream(PROMPT):
                events.append(event)
        except EaselError as error:
            return events, error
    return events, None


@EVERY_FLOOD
async def test_what_has_no_end_is_cut_off_and_said_with_what_came(
    tmp_path: Path, flood: Callable[[], Iterator[bytes]]
) -> None:
    provider = FloodingProvider(itertools.chain([HELLO], flood()))
    async with (
        run_provider(provider),
        run_easel(tmp_path, OPENROUTER_BASE_URL=provider.base_url) as easel,
    ):
        root = await easel.ask("say hello")
        shown = "\n".join(message.text for message in easel.list_replies(root))
        (row,) = easel.list_model_requests()
        pictures = [file for message in easel.list_replies(root) for file in message.files]
    assert provider.requests == 1
    assert "Here it is." in shown
    said = (
        errors.ANSWER_TOO_LARGE_MESSAGE,
        errors.UNREADABLE_ANSWER_MESSAGE,
        errors.MODEL_UNAVAILABLE_MESSAGE,
    )
    assert any(sentence in shown for sentence in said)
    assert len([file for file in pictures if file.mimetype == "image/png"]) <= MAX_PICTURES
    assert row["outcome"] == "broken" and row["generation_id"] == "gen-flood"
    assert provider.sent_bytes <= SMALL_STREAM_BYTES + 16 * MB


async def test_text_is_kept_up_to_the_limit_to_the_letter() -> None:
    provider = FloodingProvider(repeat(build_event({"content": "äb" * 50_001})))
    async with run_provider(provider):
        events, error = await ask(provider)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert isinstance(error, errors.AnswerTooLarge) and not error.is_unbilled
    assert len(text) == 250_000 and text == ("äb" * 125_000)


@pytest.mark.parametrize("flood", ["thoughts", "base64 in comments"])
async def test_what_is_cut_off_takes_little_memory(flood: str) -> None:
    provider = FloodingProvider(FLOODS[flood]())
    async with run_provider(provider):
        tracemalloc.start()
        _, error = await ask(provider)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert error is not None and peak < 200 * MB


def pack(kind: str, data: Iterator[bytes]) -> Iterator[bytes]:
    """Compress the first piece of what comes, and send it without an end, one write each.

    A full flush makes each piece stand for itself, so that it is compressed only once.
    """
    window = {"gzip": 16 + zlib.MAX_WBITS, "deflate": 15}.get(kind, -15)
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    piece = next(data) * 16
    yield packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    yield from itertools.repeat(packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH))


@pytest.mark.parametrize("kind", ["gzip", "deflate", "raw deflate"])
@pytest.mark.parametrize("flood", ["comments", "thoughts", "text"])
async def test_a_compressed_answer_counts_as_what_it_unpacks_to(kind: str, flood: str) -> None:
    header = b"Content-Encoding: " + kind.split()[-1].encode() + b"\r\nConnection: close\r\n\r\n"
    provider = FloodingProvider(pack(kind, FLOODS[flood]()), head=HEAD + header)
    async with run_provider(provider):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, error = await ask(provider)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert isinstance(error, errors.AnswerTooLarge)
    # Up to a dozen megabytes wait in the buffers of the sockets, and the flood has no end.
    assert provider.sent_bytes < 16 * MB and grown < 200 * 1024


@pytest.mark.parametrize("kind", ["gzip", "deflate", "raw deflate"])
async def test_an_honest_compressed_answer_is_read(kind: str) -> None:
    end = encode_event(build_chunk("gen-1", 1, {"content": "."}, finish="stop"))
    stream = zlib.compressobj(9, zlib.DEFLATED, {"gzip": 31, "deflate": 15}.get(kind, -15))
    packed = stream.compress(HELLO + end) + stream.flush()
    header = b"Content-Encoding: " + kind.split()[-1].encode() + b"\r\nConnection: close\r\n\r\n"
    chunks = [packed[at : at + 7] for at in range(0, len(packed), 7)]
    provider = FloodingProvider(iter(chunks), head=HEAD + header)
    async with run_provider(provider):
        events, error = await ask(provider)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert error is None and text == "Here it is. ."


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "nonsense"])
async def test_a_compression_that_was_not_offered_is_not_read(encoding: str) -> None:
    header = f"Content-Encoding: {encoding}\r\nConnection: close\r\n\r\n".encode()
    provider = FloodingProvider(iter([b"\x1b" * 1000]), head=HEAD + header)
    async with run_provider(provider):
        _, error = await ask(provider)
    assert isinstance(error, errors.AnswerInterrupted) and not error.is_unbilled


@pytest.mark.parametrize("status", [b"400 Bad Request", b"500 Oops", b"200 OK"])
@pytest.mark.parametrize("is_packed", [False, True])
async def test_the_body_of_a_refusal_is_bounded(status: bytes, is_packed: bool) -> None:
    header = b"Content-Encoding: gzip\r\n" if is_packed else b""
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n" + header
    data = itertools.repeat(b'{"error":' + b" " * 99_000)
    chunks = pack("gzip", data) if is_packed else data
    provider = FloodingProvider(chunks, head=head + b"Connection: close\r\n\r\n")
    async with run_provider(provider):
        _, error = await ask(provider)
    assert error is not None and provider.sent_bytes < 16 * MB


async def test_headers_without_an_end_are_cut_off() -> None:
    provider = FloodingProvider(repeat(b"X-More: x\r\n"), head=HEAD)
    async with run_provider(provider):
        _, error = await ask(provider)
    assert error is not None and provider.sent_bytes < 16 * MB


@pytest.mark.parametrize("is_packed", [False, True])
async def test_a_catalogue_without_an_end_is_cut_off(is_packed: bool) -> None:
    body = b'{"data":"' + b"x" * 64 * MB
    header = b"Content-Encoding: gzip\r\n" if is_packed else b""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + header
    answer = head + b"Connection: close\r\n\r\n" + (gzip.compress(body) if is_packed else body)
    provider = FloodingProvider(iter(()), get_answer=answer)
    async with run_provider(provider), create_http_client() as http:
        with pytest.raises(EaselError, match="more than"):
            await get_json(http, f"{provider.base_url}/models", {})


async def test_a_payload_that_would_take_many_times_its_size_is_not_parsed() -> None:
    provider = FloodingProvider(iter([b'data: {"x":[' + b"{}," * 5_000_000 + b"{}]}\n\n"]))
    async with run_provider(provider):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, error = await ask(provider)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert isinstance(error, errors.AnswerInterrupted) and grown < 200 * 1024


async def test_what_was_cut_off_is_not_asked_again_and_its_bill_is_looked_up(
    tmp_path: Path, out: io.StringIO
) -> None:
    bill = json.dumps({"data": {"id": "gen-flood", "total_cost": 0.25}}).encode()
    found = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    provider = FloodingProvider(
        itertools.chain([HELLO], FLOODS["thoughts"]()),
        get_answer=found + b"Content-Length: %d\r\n\r\n" % len(bill) + bill,
    )
    async with (
        run_provider(provider),
        run_easel(tmp_path, OPENROUTER_BASE_URL=provider.base_url) as easel,
    ):
        await easel.ask("say hello")
        (row,) = easel.list_model_requests()
    assert provider.requests == 1
    # Until the provider tells, the most that it can be is set aside.
    assert row["outcome"] == "broken" and row["bill_due"] is not None
    assert row["worst_nano"] > 0
