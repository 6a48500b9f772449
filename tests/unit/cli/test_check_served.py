"""`easel check` asks providers without a catalogue whether they take the key and have the model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli.check.finding import Finding
from bot.cli.check.served import check_served, explain_failure
from bot.config import Settings, read_settings
from bot.llm.error_translation import translate_response
from bot.llm.providers import COMPATIBLE, OPENAI, ProviderSpec
from bot.playground.model import PlayedModel


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model


def read(played: PlayedModel, folder: Path, **more: str) -> Settings:
    values = {
        "OPENAI_API_KEY": played.api_key,
        "OPENAI_BASE_URL": played.openai_url,
        "EASEL_COMPATIBLE_URL": played.compatible_url,
        "EASEL_DATA_DIR": str(folder),
    }
    return read_settings({**values, **more}, env_file=None)


async def list_findings(settings: Settings) -> list[str]:
    return [str(finding) async for finding in check_served(settings)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "ok    model served: openai takes the key and has gpt-5.4"),
        ({"EASEL_OPENAI_API": "chat"}, "ok    model served: openai takes the key and has gpt-5.4"),
        ({"EASEL_MODEL": "gpt-5.4-mini"}, "warn  model served: not checked for gpt-5.4-mini: "),
        ({"OPENAI_API_KEY": "sk-wrong"}, "FAIL  model served: 401"),
    ],
)
async def test_openai_is_asked_for_the_model(
    played: PlayedModel, tmp_path: Path, more: dict[str, str], expected: str
) -> None:
    (found,) = await list_findings(read(played, tmp_path, EASEL_PROVIDER="openai", **more))
    assert found.startswith(expected)
    assert "sk-" not in found and not played.requests, "it costs nothing"


async def test_a_server_of_ones_own_is_asked_for_its_list(
    played: PlayedModel, tmp_path: Path
) -> None:
    own = {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "qwen3-vl"}
    (found,) = await list_findings(read(played, tmp_path, **own))
    assert found == "ok    model served: compatible takes the key and has qwen3-vl"
    (found,) = await list_findings(read(played, tmp_path, **{**own, "EASEL_MODEL": "qwen9"}))
    assert found.startswith("warn") and "lists qwen3-vl, and not qwen9" in found
    bare = {**own, "EASEL_COMPATIBLE_URL": f"{played.compatible_url}/elsewhere"}
    (found,) = await list_findings(read(played, tmp_path, **bare))
    assert found.startswith("ok ") and "does not tell of it" in found


async def test_without_a_network_the_key_is_not_blamed(tmp_path: Path) -> None:
    async with PlayedModel() as gone:
        settings = read(gone, tmp_path, EASEL_PROVIDER="openai")
    (found,) = await list_findings(settings)
    assert found.startswith("FAIL") and "check the network and OPENAI_BASE_URL" in found
    assert (
        await list_findings(read_settings({"EASEL_DATA_DIR": str(tmp_path)}, env_file=None)) == []
    )


SCOPES = "You have insufficient permissions for this operation. Missing scopes: api.model.read."
OPENAI_URL, OWN_URL = "https://api.openai.com/v1/models", "https://x.openai.azure.com/openai/v1"


@pytest.mark.parametrize(
    ("status", "message", "spec", "url", "expected"),
    [
        (404, "no such model", OPENAI, OPENAI_URL, "FAIL"),
        (404, "no such model", OPENAI, "https://eu.api.openai.com/v1/models", "FAIL"),
        (404, "Resource not found", OPENAI, OWN_URL, "warn"),
        (403, SCOPES, OPENAI, OPENAI_URL, "warn"),
        (401, SCOPES, OPENAI, OPENAI_URL, "warn"),
        (403, "listing models is disabled", COMPATIBLE, OWN_URL, "warn"),
        (401, "Incorrect API key provided", OPENAI, OPENAI_URL, "FAIL"),
        (401, None, COMPATIBLE, OWN_URL, "FAIL"),
        (403, "Country, region, or territory not supported", OPENAI, OPENAI_URL, "FAIL"),
        (405, None, COMPATIBLE, OWN_URL, "ok"),
    ],
)
def test_only_what_answers_nothing_either_fails(
    status: int, message: str | None, spec: ProviderSpec, url: str, expected: str
) -> None:
    body = message and {"error": {"message": message, "type": "invalid_request_error"}}
    found = explain_failure(translate_response(status, body), url, spec, "m", "EASEL_FALLBACKS")
    assert str(found).startswith(expected) and "EASEL_MODEL" not in str(found)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["qwen3:latest"], "ok    model served: compatible takes the key and has qwen3"),
        (["qwen3:8b"], "lists qwen3:8b, and not qwen3"),
        ([None, 7, {"a": 1}], "lists no models, and not qwen3"),
        (
            ["\x1b]0;pwned\x07\x1b[2J\nok    Slack: fine"],
            "\\x1b]0;pwned\\x07\\x1b[2J\\nok ",
        ),
        (["x" * 2_000_000], "xx…, and not qwen3"),
    ],
)
async def test_what_a_server_lists_is_shown_as_it_is_and_forges_nothing(
    tmp_path: Path, ids: list[Any], expected: str
) -> None:
    async def list_models(_request: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": name} for name in ids]})

    app = web.Application()
    app.router.add_get("/v1/models", list_models)
    async with TestServer(app) as server:
        values = {
            "EASEL_PROVIDER": "compatible",
            "EASEL_MODEL": "qwen3",
            "EASEL_COMPATIBLE_URL": str(server.make_url("/v1")),
            "EASEL_DATA_DIR": str(tmp_path),
        }
        (found,) = await list_findings(read_settings(values, env_file=None))
    assert expected in found and found.isprintable() and len(found) < 300


def test_a_finding_is_one_line_of_bounded_length_whatever_is_in_it() -> None:
    found = str(Finding(ok=False, name="x", text="a\nok  y\x1b[0m\u202e" + "z" * 9_000))
    assert found.startswith("FAIL  x: a\\nok  y\\x1b[0m\\u202ez") and len(found) < 5_000


@pytest.mark.parametrize("login", ["easel:hunter2", "hunter2", "easel:hunter2@x", "a:%68unter2"])
async def test_no_finding_shows_the_password_of_an_address(tmp_path: Path, login: str) -> None:
    url = f"http://{login}@127.0.0.1:9/v1"
    values = {
        "EASEL_PROVIDER": "compatible",
        "EASEL_MODEL": "qwen3",
        "EASEL_COMPATIBLE_URL": url,
        "EASEL_FALLBACKS": "openai:gpt-5.4",
        "OPENAI_BASE_URL": url,
        "OPENAI_API_KEY": "sk-1",
        "EASEL_DATA_DIR": str(tmp_path),
    }
    found = await list_findings(read_settings(values, env_file=None))
    assert len(found) == 2 and not any("unter2" in line for line in found)
    assert all("127.0.0.1:9/v1" in line for line in found)
