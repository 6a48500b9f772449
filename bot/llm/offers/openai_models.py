"""The models that OpenAI serves, with their prices of one day: the table. Pure.

OpenAI publishes no catalogue and reports no costs, so budgets and the ledger hold by this table.
`PRICES_READ_ON` is the day on which all of it was read; whoever changes a row reads the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.costs import Price
from bot.domain.model_info import FactOrigin, FactSource, ModelInfo
from bot.domain.pictures.drawing_models import GPT_IMAGE_2
from bot.llm.model_facts import describe_unknown_model

# From platform.openai.com/docs/pricing and /docs/models.
PRICES_READ_ON = "2026-11-20"
# What gpt-image-2 costs, which draws for all of them: text and pictures that it reads, pictures
# that it makes.
_DRAWING_TEXT, _DRAWING_IMAGE, _PICTURE = Decimal(5), Decimal(8), Decimal(30)
CACHE_PARAMETER = "prompt_cache_retention"
_LONG, _SHORT = 272_000, 128_000


def _build_price(read: str, cached: str, written: str) -> Price:
    return Price(
        Decimal(read),
        Decimal(cached),
        Decimal(written),
        _PICTURE,
        drawing_text=_DRAWING_TEXT,
        drawing_image=_DRAWING_IMAGE,
        as_of=PRICES_READ_ON,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """US dollars per million tokens: what is read, read from the cache, and written.

    `keeps_cache`: it takes `prompt_cache_retention: 24h`, at no other price. `ends_on`: the day
    from which it is not offered any more, as announced.
    """

    prices: tuple[str, str, str]
    context_tokens: int = _LONG
    max_output_tokens: int = 128_000
    keeps_cache: bool = False
    has_chat: bool = True
    ends_on: str = ""


# A context ends where the price doubles, at 272,000 tokens. From gpt-5.6 on a quarter more is
# charged for what is written to the cache; that counts for all that is read, so that no budget is
# overrun.
_ROWS = {
    "gpt-5.6": _Row(prices=("5", "0.4", "20")),
    "gpt-5.6-sol": _Row(prices=("5", "0.4", "20")),
    "gpt-5.6-terra": _Row(prices=("2.5", "0.2", "12")),
    "gpt-5.6-luna": _Row(prices=("0.25", "0.02", "1.2")),
    "gpt-5.5": _Row(prices=("5", "0.5", "30"), keeps_cache=True),
    "gpt-5.5-pro": _Row(prices=("30", "30", "180"), has_chat=False),
    "gpt-5.4": _Row(prices=("2.5", "0.25", "15"), keeps_cache=True),
    "gpt-5.4-pro": _Row(prices=("30", "30", "180"), has_chat=False),
    "gpt-5.4-mini": _Row(prices=("0.75", "0.075", "4.5")),
    "gpt-5.4-nano": _Row(prices=("0.2", "0.02", "1.25"), ends_on="2027-04-01"),
    "gpt-5.2": _Row(prices=("1.75", "0.175", "14"), keeps_cache=True),
    "gpt-5.2-pro": _Row(prices=("21", "21", "168"), has_chat=False),
    "gpt-5.1": _Row(prices=("1.25", "0.125", "10"), keeps_cache=True),
    "gpt-5": _Row(prices=("1.25", "0.125", "10"), keeps_cache=True),
    "gpt-5-mini": _Row(prices=("0.25", "0.025", "2")),
    "gpt-5-nano": _Row(prices=("0.05", "0.005", "0.4")),
    "gpt-4.1": _Row(prices=("2", "0.5", "8"), max_output_tokens=32_768, keeps_cache=True),
    "gpt-4.1-mini": _Row(prices=("0.4", "0.1", "1.6"), max_output_tokens=32_768),
    "gpt-4o": _Row(prices=("2.5", "1.25", "10"), context_tokens=_SHORT, max_output_tokens=16_384),
    "gpt-4o-mini": _Row(
        prices=("0.15", "0.075", "0.6"), context_tokens=_SHORT, max_output_tokens=16_384
    ),
}
_RESPONSES_PARAMETERS = frozenset({"reasoning", "max_tokens", "response_format", "top_logprobs"})
_CHAT_PARAMETERS = _RESPONSES_PARAMETERS | {"logprobs", "seed"}

GPT_5_4 = ModelInfo(
    model="gpt-5.4",
    context_tokens=_LONG,
    max_output_tokens=128_000,
    supported_parameters=_RESPONSES_PARAMETERS | {CACHE_PARAMETER},
    input_modalities=frozenset({"text", "image", "file"}),
    output_modalities=frozenset({"text", "image"}),
    price=_build_price(*_ROWS["gpt-5.4"].prices),
    as_of=PRICES_READ_ON,
    is_built_in=True,
    drawing=GPT_IMAGE_2,
    takes_original=True,
)


def _describe_row(name: str, row: _Row) -> ModelInfo:
    """Return a model of the table: limits and prices are known, what it takes is tried."""
    if name == GPT_5_4.model:
        return GPT_5_4
    unknown = describe_unknown_model(name, GPT_5_4)
    known = FactOrigin(FactSource.BUILT_IN, PRICES_READ_ON)
    facts = ("context_tokens", "max_output_tokens", "price")
    cache = {CACHE_PARAMETER} if row.keeps_cache else set[str]()
    return replace(
        unknown,
        context_tokens=row.context_tokens,
        max_output_tokens=row.max_output_tokens,
        supported_parameters=_RESPONSES_PARAMETERS | cache,
        price=_build_price(*row.prices),
        expiration_date=row.ends_on,
        origins={**unknown.origins, **dict.fromkeys(facts, known)},
    )


OPENAI_MODELS = {name: _describe_row(name, row) for name, row in _ROWS.items()}
RESPONSES_ONLY_MODELS = frozenset(name for name, row in _ROWS.items() if not row.has_chat)
# Of a model that is not in the table nothing is known, and no parameter is risked for the cache.
UNKNOWN_MODEL = replace(GPT_5_4, supported_parameters=_RESPONSES_PARAMETERS, price=None)


def limit_to_chat(model_info: ModelInfo) -> ModelInfo:
    """Return the model as chat completions serve it: in words, without a tool that draws."""
    parameters = _CHAT_PARAMETERS | (model_info.supported_parameters & {CACHE_PARAMETER})
    known = FactOrigin(FactSource.BUILT_IN, PRICES_READ_ON)
    return replace(
        model_info,
        supported_parameters=parameters,
        output_modalities=frozenset({"text"}),
        drawing=None,
        takes_original=False,  # chat completions know low, high and auto only
        origins={**model_info.origins, "output_modalities": known},
        setting_to_draw="EASEL_OPENAI_API=responses",
    )
