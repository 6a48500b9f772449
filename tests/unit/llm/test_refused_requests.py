"""What a provider answers instead of a stream: sorted by what to do, and free where it is."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.errors import EaselError, OperatorError, TransientError, UserError
from bot.domain.llm import (
    RequestLost,
    RequestRejected,
    StreamEvent,
    Usage,
)
from bot.llm import refusals
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.chat_completions.response import ChatCompletionsReader
from bot.llm.client import ModelClient
from bot.llm.error_translation import translate_response
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.playground.model import PlayedModel
from bot.playground.model.wire import build_error
from tests.support.model_clients import build_client, collect_events, get_model_info


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, build_error(400, "bad"), UserError),
        (401, build_error(401, "no"), OperatorError),
        (402, build_error(402, "no credits"), OperatorError),
        (403, build_error(403, "flagged", reasons=["violence"]), UserError),
        (404, build_error(404, "no endpoints"), OperatorError),
        (413, build_error(413, "large"), UserError),
        (429, build_error(429, "slow down"), TransientError),
        (500, build_error(500, "x"), TransientError),
        (502, "<html><h1>Bad gateway</h1></html>", TransientError),
        (503, "<html>Worker exceeded resource limits</html>", TransientError),
        (529, build_error(529, "busy"), TransientError),
        (302, "<html>moved</html>", OperatorError),
        (200, "<html>hello</html>", TransientError),
        (200, build_error(429, "inside a 200"), TransientError),
    ],
)
async def test_a_refusal_is_sorted_by_what_to_do(
    http: httpx.AsyncClient,
    played: PlayedModel,
    status: int,
    body: object,
    kind: type[EaselError],
) -> None:
    played.fail(status, body)
    events, failure = await collect_events(build_client(http, played))
    _, refused = events
    assert isinstance(failure, kind)
    assert isinstance(refused, RequestRejected if failure.is_unbilled else RequestLost)
    assert "html" not in failure.user_message and len(played.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),  # no wait of ours
        ("Fri, 31 Dec 99999999999999 23:59:59 GMT", None),
        ("Fri, 31 Dec 2026 99:99:99 GMT", None),
    ],
)
async def test_the_wait_is_read_as_seconds_or_a_date(
    http: httpx.AsyncClient, played: PlayedModel, header: str, seconds: float | None
) -> None:
    played.fail(429, build_error(429, "slow down"), retry_after=header)
    _, failure = await collect_events(build_client(http, played))
    assert isinstance(failure, TransientError) and failure.retry_after == seconds


async def test_a_refusal_that_cannot_be_read_is_still_one_that_costs_nothing(
    http: httpx.AsyncClient, played: PlayedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def translate(status: int, body: object, *, retry_after: float | None = None) -> EaselError:
        assert body is None, "a fault of the reader"
        return translate_response(status, None, retry_after=retry_after)

    monkeypatch.setattr(refusals, "translate_response", translate)
    played.fail(429, build_error(429, "what no reader has seen"), retry_after="30")
    events, failure = await collect_events(build_client(http, played))
    assert isinstance(events[-1], RequestRejected)
    assert isinstance(failure, TransientError) and failure.retry_after == 30


class UnreadingReader(ChatCompletionsReader):
    """A reader with a fault, for what no reader has seen."""

    def read(self, payload: bytes) -> list[StreamEvent]:
        self.usage = Usage(9, 9)
        raise KeyError(payload)


class UnreadingCodec(OpenRouterCodec):
    def build_reader(
        self,
        blobs: ExtractedBlobs | None = None,
        picture_tokens: Mapping[str, int] = PICTURE_TOKENS,
    ) -> ChatCompletionsReader:
        del picture_tokens
        return UnreadingReader(blobs, is_insured=True)


async def test_a_refusal_whose_usage_cannot_be_read_costs_nothing_either(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.fail(400, build_error(400, "no"))
    key, url = played.api_key, played.base_url
    client = ModelClient(
        http, UnreadingCodec(), base_url=url, api_key=key, get_model_info=get_model_info
    )
    events, failure = await collect_events(client)
    assert isinstance(events[-1], RequestRejected) and isinstance(failure, UserError)
