"""The catalogue: queried at the start and daily, stored for an outage, always dated."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.cli.check.main import check
from bot.config import read_settings
from bot.llm.catalog import ModelCatalog, get_today
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.offers.openai_models import GPT_5_4
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.providers import PROVIDERS
from bot.playground.model import PlayedModel, wire

MODEL = GPT_5_4_IMAGE_2.model


def build_account(http: httpx.AsyncClient, played: PlayedModel) -> OpenRouterAccount:
    return OpenRouterAccount(http, base_url=played.base_url, api_key=played.api_key)


async def test_an_entry_is_stored_for_the_next_start(
    http: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dearer = {
        **wire.ENTRY,
        "context_length": 99_000,
        "pricing": {"prompt": "0.00001", "completion": "0.00002"},
    }
    monkeypatch.setattr(wire, "ENTRY", dearer)
    async with PlayedModel() as played:
        catalogue = ModelCatalog(build_account(http, played), [GPT_5_4_IMAGE_2], tmp_path)
        assert catalogue.get_model_info(MODEL) == GPT_5_4_IMAGE_2, "before the first answer"
        assert await catalogue.refresh()
    model_info = catalogue.get_model_info(MODEL)
    assert model_info.price is not None
    assert (model_info.context_tokens, model_info.as_of, model_info.is_built_in) == (
        99_000,
        get_today(),
        False,
    )
    assert (str(model_info.price.input.normalize()), model_info.price.as_of) == (
        "1E+1",
        get_today(),
    )
    # The provider is gone at the next start.
    unreachable = OpenRouterAccount(http, base_url="http://127.0.0.1:9/api/v1", api_key="k")
    restarted = ModelCatalog(unreachable, [GPT_5_4_IMAGE_2], tmp_path)
    assert restarted.get_model_info(MODEL) == model_info and not await restarted.refresh()
    assert restarted.get_model_info(MODEL) == model_info


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", '{"as_of": 7}', '{"as_of": "2026", "entry": {}}']
)
async def test_a_damaged_copy_is_as_good_as_none(
    http: httpx.AsyncClient, tmp_path: Path, stored: str
) -> None:
    async with PlayedModel() as played:
        await ModelCatalog(build_account(http, played), [GPT_5_4_IMAGE_2], tmp_path).refresh()
        (path,) = tmp_path.glob("catalogue-*.json")
        path.write_text(stored)
        assert (
            ModelCatalog(build_account(http, played), [GPT_5_4_IMAGE_2], tmp_path).get_model_info(
                MODEL
            )
            == GPT_5_4_IMAGE_2
        )


async def test_an_entry_without_prices_keeps_the_last_ones(
    http: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ENTRY", {**wire.ENTRY, "pricing": {}})
    async with PlayedModel() as played:
        catalogue = ModelCatalog(build_account(http, played), [GPT_5_4_IMAGE_2], tmp_path)
        assert await catalogue.refresh()
        assert catalogue.get_model_info(MODEL).price == GPT_5_4_IMAGE_2.price
        again = ModelCatalog(build_account(http, played), [GPT_5_4_IMAGE_2], tmp_path)
        assert again.get_model_info(MODEL).price == GPT_5_4_IMAGE_2.price


async def test_the_list_is_fetched_once_for_all_models(tmp_path: Path) -> None:
    fetched: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        fetched.append(request.url.path)
        body = json.dumps(wire.build_catalog()).encode()
        return httpx.Response(200, stream=httpx.ByteStream(body))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        account = OpenRouterAccount(http, base_url="http://far.test/api/v1", api_key="k")
        dated = replace(GPT_5_4_IMAGE_2, model=wire.ENTRY["canonical_slug"])
        catalogue = ModelCatalog(account, [GPT_5_4_IMAGE_2, dated], tmp_path)
        assert await catalogue.refresh()
    assert fetched == ["/api/v1/models"]
    assert not catalogue.get_model_info(dated.model).is_built_in


async def test_a_model_that_is_not_listed_keeps_what_is_known(
    http: httpx.AsyncClient, tmp_path: Path, out: io.StringIO
) -> None:
    other = replace(GPT_5_4_IMAGE_2, model="other/model")
    async with PlayedModel() as played:
        catalogue = ModelCatalog(build_account(http, played), [other], tmp_path)
        assert not await catalogue.refresh()
        assert catalogue.get_model_info("other/model") == other
    assert "catalogue_lacks_model" in out.getvalue()


def test_the_built_in_copy_is_the_entry_that_was_captured(specs: Path) -> None:
    path = specs / "examples" / "models_entry_gpt-5.4-image-2.2026-06.json"
    raw = json.loads(path.read_text())
    entry = raw.get("data", raw) if isinstance(raw, dict) else raw[0]
    built = PROVIDERS["openrouter"].describe_model(MODEL)
    assert built.context_tokens == entry["context_length"]
    assert built.max_output_tokens == entry["top_provider"]["max_completion_tokens"]
    assert built.supported_parameters == set(entry["supported_parameters"])
    assert built.price is not None
    assert float(built.price.input) == pytest.approx(float(entry["pricing"]["prompt"]) * 1e6)


def test_what_has_no_catalogue_is_built_in_with_its_date() -> None:
    assert PROVIDERS["openai"].describe_model("gpt-5.4") == GPT_5_4 and GPT_5_4.price is not None
    unknown = PROVIDERS["openai"].describe_model("gpt-9")
    assert unknown.model == "gpt-9" and unknown.price is None, "no price is guessed"
    own = PROVIDERS["compatible"].describe_model("qwen3")
    assert not own.draws and own.sees and own.price is None


async def test_bot_check_shows_what_the_model_takes_costs_and_how_old_that_is(
    tmp_path: Path,
) -> None:
    async with PlayedModel() as played:
        settings = {
            "OPENROUTER_API_KEY": played.api_key,
            "OPENROUTER_BASE_URL": played.base_url,
            "EASEL_DATA_DIR": str(tmp_path),
            "EASEL_FALLBACKS": "openai:gpt-5.4",
        }
        shown = [str(finding) for finding in await check(read_settings(settings, env_file=None))]
        played.script(b"", status=500)
    (listed,) = [line for line in shown if "is in the catalogue" in line]
    assert "272,000 tokens of context, 128,000 out" in listed and "input 8" in listed
    assert "not stored here yet" in listed
    (parameters,) = [line for line in shown if "model takes" in line]
    assert "frequency_penalty, include_reasoning" in parameters and "temperature" not in parameters
    assert any("gpt-5.4 at openai, which has no catalogue" in line for line in shown)
    unreachable = read_settings({**settings, "OPENROUTER_BASE_URL": "http://127.0.0.1:9/api/v1"},
                         env_file=None)  # fmt: skip
    shown = [str(finding) for finding in await check(unreachable)]
    assert any("built-in copy of 2026-06-10" in line and "days ago" in line for line in shown)


@pytest.mark.parametrize("model", [f"{MODEL}:nitro", f"{MODEL}@preset/ours", "@preset/ours"])
async def test_a_variant_is_looked_up_once_a_day_and_checked_as_the_model(
    http: httpx.AsyncClient, tmp_path: Path, model: str
) -> None:
    async with PlayedModel() as played:
        known = PROVIDERS["openrouter"].describe_model(model)
        catalogue = ModelCatalog(build_account(http, played), [known], tmp_path)
        assert await catalogue.refresh()
        given = {
            "OPENROUTER_API_KEY": played.api_key,
            "OPENROUTER_BASE_URL": played.base_url,
            "EASEL_DATA_DIR": str(tmp_path),
            "EASEL_MODEL": model,
        }
        found = await check(read_settings(given, env_file=None))
    lines = [str(finding) for finding in found if finding.name == "model"]
    word = "warn" if model.startswith("@") else "ok"
    assert lines and all(line.startswith(word) and model in line for line in lines)
