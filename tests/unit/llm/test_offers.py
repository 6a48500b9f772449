"""What OpenAI's models and a compatible server cost, and that a budget needs a price."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.billing.pricing import compute_max_cost, estimate_cost, parse_price
from bot.config import read_settings
from bot.domain.costs import CostCeiling
from bot.domain.errors import StartupError
from bot.domain.llm import Usage
from bot.domain.model_info import FactSource, ModelInfo
from bot.llm.model_facts import format_origins
from bot.llm.offers.openai_models import GPT_5_4, OPENAI_MODELS, PRICES_READ_ON
from bot.llm.providers import PROVIDERS
from tests.support.start_problems import list_problems


@pytest.mark.parametrize("model", ["gpt-5.4", "gpt-5.4-2026-03-05", "gpt-5.4-mini", "gpt-4.1"])
def test_a_model_of_the_table_keeps_a_budget(model: str) -> None:
    assert not list_problems(EASEL_PROVIDER="openai", EASEL_MODEL=model, EASEL_BUDGETS="user/day=2")


@pytest.mark.parametrize("model", ["gpt-9", "ft:gpt-4.1-mini-2025-04-14:acme::X1", "o3"])
def test_a_model_without_a_known_price_refuses_a_budget_and_answers_without_one(
    model: str,
) -> None:
    openai = {"EASEL_PROVIDER": "openai", "EASEL_MODEL": model}
    (problem,) = list_problems(**openai, EASEL_BUDGETS="answer=0.5")
    assert problem.startswith(f"EASEL_BUDGETS cannot hold with {model}")
    assert PRICES_READ_ON in problem and "gpt-5.4-mini" in problem
    assert not list_problems(**openai)


def test_a_compatible_server_refuses_a_budget_without_a_price() -> None:
    own = {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "qwen{x}"}
    (problem,) = list_problems(**own, EASEL_BUDGETS="workspace/month=200")
    assert problem.startswith("EASEL_COMPATIBLE_PRICE is not set") and "qwen{x}" in problem
    assert not list_problems(**own)
    for price in ("0.5/0.1/2", "0/0/0"):
        assert not list_problems(**own, EASEL_BUDGETS="answer=1", EASEL_COMPATIBLE_PRICE=price)
    fallback = {"EASEL_FALLBACKS": "compatible:a,compatible:b", "EASEL_BUDGETS": "answer=1"}
    assert len(list_problems(**fallback)) == 2


def describe_compatible(**settings: str) -> ModelInfo:
    read = read_settings(settings, env_file=None)
    return read.get_provider("compatible").describe_model("qwen3")


def test_the_price_of_a_compatible_server_is_in_the_order_input_cached_output() -> None:
    info = describe_compatible(EASEL_COMPATIBLE_PRICE=" 0.5 / 0.1 / 2 ")
    assert info.price is not None
    usage = Usage(prompt_tokens=1_000, completion_tokens=100, cached_tokens=400)
    assert estimate_cost(usage, info.price) == Decimal("0.00054")
    assert compute_max_cost(CostCeiling(1_000, 100), info.price) == Decimal("0.0007")
    assert info.get_origin("price").source is FactSource.SETTING
    assert "prices: set by whoever runs Easel" in format_origins(info, "2026-12-01")
    assert describe_compatible().price is None
    assert "prices" not in format_origins(describe_compatible(), "2026-12-01")


@pytest.mark.parametrize(
    "text",
    ["1", "1/2", "1/2/3/4", "a/b/c", "-1/0/2", "1/0.1/", "1/0.1/2e9", "NaN/0/1", "Infinity/0/1",
     "1,5/0,1/2", "$1/0/2", "1_000/1/2", "１/０/２", "1/2/3 EUR", "999999/0/1", "1/2/3"],
)  # fmt: skip
def test_a_price_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(StartupError) as refused:
        read_settings({"EASEL_COMPATIBLE_PRICE": text}, env_file=None)
    (problem,) = refused.value.problems
    assert problem.startswith("EASEL_COMPATIBLE_PRICE: ")
    expected = "costs more than other input" if text == "1/2/3" else "as in 0.5/0.1/2"
    assert expected in problem


def test_a_wrong_price_is_not_also_missing() -> None:
    settings = {"EASEL_PROVIDER": "compatible", "EASEL_COMPATIBLE_PRICE": "1", "EASEL_MODEL": "a"}
    with pytest.raises(StartupError) as refused:
        read_settings({**settings, "EASEL_BUDGETS": "answer=1"}, env_file=None, for_service=True)
    told = [one for one in refused.value.problems if "EASEL_COMPATIBLE_PRICE" in one]
    assert len(told) == 1
    assert parse_price("1/1/1").output == 1


@pytest.mark.parametrize("info", OPENAI_MODELS.values(), ids=lambda info: info.model)
def test_a_row_of_the_table_has_a_price_of_the_day_that_bounds_its_use(info: ModelInfo) -> None:
    assert date.fromisoformat(PRICES_READ_ON).year >= 2026 and info.price is not None
    assert info.price.as_of == PRICES_READ_ON and info.get_origin("price").as_of == PRICES_READ_ON
    assert 0 < info.price.cached <= info.price.input < info.price.output
    assert info.context_tokens <= 272_000, "beyond, the price doubles"
    assert PROVIDERS["openai"].describe_model(info.model) == info
    usage = Usage(prompt_tokens=272_000, completion_tokens=9_000, cached_tokens=100_000)
    most = compute_max_cost(CostCeiling(272_000, 9_000), info.price)
    assert estimate_cost(usage, info.price) <= most


def test_a_model_that_is_served_in_words_only_names_the_setting_with_which_it_draws() -> None:
    chat = read_settings({"EASEL_OPENAI_API": "chat"}, env_file=None).get_provider("openai")
    for model in ("gpt-5.4", "gpt-5.4-mini", "gpt-9"):
        info = chat.describe_model(model)
        assert not info.draws and info.sees and info.reads_files
        assert info.setting_to_draw == "EASEL_OPENAI_API=responses"
    assert GPT_5_4.draws and not GPT_5_4.setting_to_draw
