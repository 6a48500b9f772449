"""A request that never arrived is certain to be free, and is told by whose fault it is."""

from __future__ import annotations

import ssl

import httpx
import pytest

from bot.domain.errors import MachineShort, OperatorError, TransientError
from bot.domain.llm import (
    RequestRejected,
    RequestSent,
)
from bot.llm import errors
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.client import ModelClient, create_http_client, get_json
from bot.llm.openrouter import OpenRouterAccount
from bot.playground.model import PlayedModel
from tests.support.model_clients import PROMPT, build_client, collect_events, get_model_info
from tests.support.shortages import without_descriptors


async def test_an_unreachable_provider_is_a_sentence(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    _, failure = await collect_events(
        build_client(http, played, base_url="http://127.0.0.1:9/api/v1")
    )
    assert failure is not None and failure.user_message == errors.PROVIDER_UNREACHABLE_MESSAGE


class UnreachableTransport(httpx.AsyncBaseTransport):
    """A transport on which every request fails with the same error."""

    def __init__(self, failure: httpx.TransportError) -> None:
        self.failure = failure

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "unbilled"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), True),
        (httpx.ConnectError("[Errno -2] Name or service not known"), True),
        (httpx.ConnectTimeout("slow"), True),
        (httpx.PoolTimeout("full"), True),
        (httpx.WriteError("the connection broke while asking"), False),
        (httpx.ReadError("the connection broke before an answer"), False),
        (httpx.RemoteProtocolError("Server disconnected"), False),
        (httpx.ReadTimeout("nothing came"), False),
    ],
)
async def test_only_what_never_arrived_is_certain_to_be_free(
    failure: httpx.TransportError, unbilled: bool
) -> None:
    async with httpx.AsyncClient(transport=UnreachableTransport(failure)) as http:
        where = "http://127.0.0.1:9"
        model = ModelClient(
            http, OpenRouterCodec(), base_url=where, api_key="k", get_model_info=get_model_info
        )
        with pytest.raises(TransientError) as raised:
            async for _ in model.stream(PROMPT):
                pass
    assert raised.value.is_unbilled is unbilled
    assert raised.value.code == type(failure).__name__


async def test_a_certificate_that_nobody_vouches_for_is_for_the_operator() -> None:
    failure = httpx.ConnectError("certificate verify failed")
    failure.__cause__ = ssl.SSLCertVerificationError()
    async with httpx.AsyncClient(transport=UnreachableTransport(failure)) as http:
        with pytest.raises(OperatorError) as raised:
            await get_json(http, "https://127.0.0.1:9", {})
    assert raised.value.is_unbilled


@pytest.mark.parametrize("host", ["127.0.0.1", "openrouter.ai"])
async def test_where_this_machine_opens_no_connection_the_provider_is_not_blamed(host: str) -> None:
    async with create_http_client() as http:
        where = f"http://{host}:9"
        model = ModelClient(
            http, OpenRouterCodec(), base_url=where, api_key="k", get_model_info=get_model_info
        )
        with without_descriptors(), pytest.raises(MachineShort) as short:
            async for _ in model.stream(PROMPT):
                pass
    assert short.value.is_unbilled
    assert "My machine has no room" in short.value.user_message


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": "sk-\u200b"},
        {"api_key": "“sk”"},
        {"base_url": "https://x.example/\x1b"},
        {"base_url": "https://xn--/v1"},
    ],
)
async def test_what_cannot_even_be_sent_is_free(
    http: httpx.AsyncClient, played: PlayedModel, wrong: dict[str, str]
) -> None:
    events, failure = await collect_events(build_client(http, played, **wrong))
    assert [type(event) for event in events] == [RequestSent, RequestRejected]
    assert isinstance(failure, OperatorError)
    base_url, api_key = wrong.get("base_url", played.base_url), wrong.get("api_key", "sk")
    account = OpenRouterAccount(http, base_url=base_url, api_key=api_key)
    with pytest.raises(OperatorError):
        await account.fetch_key_info()
