"""What a catalogue does not say of a model is unknown, not "no"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.cli.check.main import check
from bot.config import read_settings
from bot.domain.model_info import FactSource, ModelInfo
from bot.llm.catalog import ModelCatalog, get_today
from bot.llm.catalog_entry import (
    GPT_5_4_IMAGE_2,
    find_entry,
    list_model_problems,
    read_model_info,
)
from bot.llm.client import create_http_client
from bot.llm.model_facts import format_origins
from bot.llm.offers.openai_models import GPT_5_4
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.providers import PROVIDERS
from bot.playground.model import PlayedModel, wire

MODEL = GPT_5_4_IMAGE_2.model
DAY = "2026-11-28"


def read(entry: dict[str, Any], model: str = MODEL) -> ModelInfo:
    known = PROVIDERS["openrouter"].describe_model(model)
    found = read_model_info({"id": model} | entry, as_of=DAY, known=known)
    assert found is not None
    return found


def list_sources(info: ModelInfo) -> dict[str, FactSource]:
    facts = ("context_tokens", "input_modalities", "output_modalities", "price")
    return {fact: info.get_origin(fact).source for fact in facts}


def test_a_bare_entry_takes_away_neither_eyes_nor_brush() -> None:
    info = read({"object": "model", "context_length": 100_000, "owned_by": "openai"})
    assert info.draws and info.sees and info.reads_files
    assert info.supported_parameters == GPT_5_4_IMAGE_2.supported_parameters
    assert info.price == GPT_5_4_IMAGE_2.price
    assert (info.context_tokens, info.max_output_tokens) == (100_000, 100_000)
    assert list_sources(info) == {
        "context_tokens": FactSource.CATALOG,
        "input_modalities": FactSource.BUILT_IN,
        "output_modalities": FactSource.BUILT_IN,
        "price": FactSource.BUILT_IN,
    }


@pytest.mark.parametrize(
    "entry",
    [
        {"context_length": 8_192},
        {"context_length": 8_192, "top_provider": {"max_completion_tokens": 8_192}},
        {"max_model_len": 12_000, "max_output_tokens": 8_000},
    ],
)
def test_an_answer_leaves_half_of_a_small_context_and_bot_check_says_so(
    entry: dict[str, Any],
) -> None:
    info = read(entry, "small")
    assert info.longest_answer == info.context_tokens // 2
    (problem,) = list_model_problems(info, 8_000)
    assert "lower EASEL_MAX_TOKENS" in problem and str(info.longest_answer) in problem
    assert not list_model_problems(info, info.longest_answer)


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"architecture": None, "top_provider": [], "pricing": "free", "context_length": "many"},
        {"architecture": {"input_modalities": [], "output_modalities": []}},
        {"supported_parameters": []},
        {"context_length": 0, "architecture": {"modality": 7}},
    ],
)
def test_an_entry_that_says_nothing_changes_nothing(entry: dict[str, Any]) -> None:
    info = read(entry)
    assert info.context_tokens == 272_000 and info.draws and info.sees
    assert info.price == GPT_5_4_IMAGE_2.price


def test_what_an_entry_says_wins_per_fact_also_if_it_is_no() -> None:
    info = read({"architecture": {"input_modalities": ["text"]}, "supported_parameters": ["seed"]})
    assert not info.sees and info.draws and info.supported_parameters == {"seed"}
    info = read({"architecture": {"modality": "text+image->text"}})
    assert info.sees and not info.draws
    info = read({"max_model_len": 32_768, "supported_openai_params": ["seed", "reasoning_effort"]})
    assert info.context_tokens == 32_768 and "reasoning" in info.supported_parameters
    priced = read({"pricing": {"prompt": "0.000001", "completion": "0.000002"}})
    assert priced.get_origin("price").source is FactSource.CATALOG and priced.price is not None
    assert priced.price.as_of == DAY and priced.draws


@pytest.mark.parametrize(
    ("provider", "model", "known"),
    [
        ("openrouter", "openai/gpt-5.4-image-2-20260421", True),
        ("openrouter", "openrouter/openai/gpt-5.4-image-2", True),
        ("openrouter", "gpt-5.4-image-2", True),
        ("openrouter", "openai/gpt-5.4-image-2:nitro", True),
        ("openrouter", "openai/gpt-5.4-image-2@preset/easel", True),
        ("openrouter", "openai/gpt-5.4-image-20", False),
        ("openrouter", "google/gemini-3-pro-image", False),
        ("openai", "gpt-5.4-2026-03-05", True),
        ("openai", "gpt-5.4-mini", False),
        ("compatible", "qwen3", False),
    ],
)
def test_a_model_is_known_under_its_other_names(provider: str, model: str, known: bool) -> None:
    info = PROVIDERS[provider].describe_model(model)
    assert info.model == model
    assert info.is_assumed("output_modalities") is not known


def test_of_an_unknown_model_only_the_entry_is_known_and_the_rest_is_tried() -> None:
    info = read({"context_length": 64_000}, "google/gemini-3-pro-image")
    assert info.draws and info.is_assumed("output_modalities")
    assert not info.is_assumed("context_tokens")


def test_an_entry_is_found_under_its_dated_name() -> None:
    dated = f"{MODEL}-20260421"
    entry = find_entry([{"id": "other"}, wire.ENTRY], dated)
    assert entry is not None and read(dict(entry), dated).model == dated
    assert find_entry([wire.ENTRY], "openai/gpt-5.4") is None


@pytest.mark.parametrize("suffix", [":nitro", ":floor", ":online", "@preset/ours", ":x@preset/y"])
def test_a_variant_without_an_entry_of_its_own_is_the_model_itself(suffix: str) -> None:
    assert find_entry([wire.ENTRY], f"{MODEL}{suffix}") == wire.ENTRY
    own = {"id": f"{MODEL}{suffix}"}
    assert find_entry([wire.ENTRY, own], f"{MODEL}{suffix}") == own
    assert find_entry([wire.ENTRY], f"{MODEL}-20260421{suffix}") == wire.ENTRY


def test_the_free_variant_is_another_model_and_a_preset_is_none() -> None:
    assert find_entry([wire.ENTRY], f"{MODEL}:free") is None
    assert find_entry([wire.ENTRY, {"id": ""}, {}], "@preset/ours") is None


async def test_bot_check_says_of_each_fact_where_it_is_from_and_how_old_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ENTRY", {"id": MODEL, "context_length": 100_000})
    async with PlayedModel() as played, create_http_client() as http:
        settings = read_settings(
            {
                "OPENROUTER_API_KEY": played.api_key,
                "OPENROUTER_BASE_URL": played.base_url,
                "EASEL_DATA_DIR": str(tmp_path),
                "EASEL_FALLBACKS": "openai:gpt-9",
            },
            env_file=None,
        )
        shown = [str(finding) for finding in await check(settings)]
        account = OpenRouterAccount(http, base_url=played.base_url, api_key=played.api_key)
        catalog = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path)
        assert await catalog.refresh()
    assert not any(line.startswith("FAIL  model:") for line in shown)
    (facts,) = [line for line in shown if "model takes" in line]
    assert f"context: from the catalogue, {get_today()} (today)" in facts
    assert "what it writes, parameters, prices: built in, 2026-06-10 (" in facts
    (drawing,) = [line for line in shown if "drawing model: gpt-9 at openai" in line]
    assert "draws with gpt-image-2" in drawing
    (unknown,) = [line for line in shown if "  model: gpt-9 at openai" in line]
    assert "not known, so it is tried" in unknown
    info = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path).get_model_info(MODEL)
    assert info.draws and info.sees and info.context_tokens == 100_000, "after a restart, too"


def test_ages_are_told_in_days() -> None:
    assert "1 day old" in format_origins(GPT_5_4, "2026-11-21")
    assert "built in, 2026-11-20 (8 days old)" in format_origins(GPT_5_4, DAY)
