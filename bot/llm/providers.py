"""The table of model providers: one row holds everything that differs from provider to provider.

A new provider is one row here and, where its wire format is new, one codec folder. A row names the
fields of `bot.config.Settings` that hold its address and its key. See `bot/app/build_models.py`
for how a row becomes a client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.model_info import ModelInfo
from bot.domain.pictures.drawing_models import (
    GPT_IMAGE_2,
    RETIRED_MODELS,
    TOOL_MODELS,
    DrawingModel,
)
from bot.llm.catalog_entry import COMPATIBLE_MODEL, GPT_5_4, GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import CompatibleCodec, OpenRouterCodec
from bot.llm.model_facts import describe_unknown_model, normalize_model_name
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpec:
    """One provider. `url_field`, `key_field` and `required_field` are fields of `Settings`."""

    name: str
    # Called with `name`.
    create_codec: Callable[[str], Codec]
    url_field: str
    key_field: str
    # The setting without which the provider cannot be used, and the sentence that asks for it.
    required_field: str
    missing_message: str
    # The built-in info of the default model; any other model is assumed to be like it until a
    # catalogue says more. An empty name means no default: EASEL_MODEL has to name a model.
    model_info: ModelInfo
    # The folder in EASEL_DATA_DIR that stores catalogue entries; "" for a provider without a
    # catalogue. Catalogue and bills are requested the way `openrouter.py` does.
    catalog_folder: str = ""
    # Whether the cost of a generation can be looked up after its end. At most one provider has
    # bills: `storage/bills.py` names it.
    has_bills: bool = False
    # Whether another model draws, which the conversation's calls as a tool: EASEL_DRAWING_MODEL.
    draws_by_tool: bool = False
    # The page on which the operator manages keys, shown when `bot check` fails to query the key.
    key_page: str = ""

    @property
    def default_model(self) -> str:
        return self.model_info.model

    @property
    def has_catalog(self) -> bool:
        return bool(self.catalog_folder)


OPENROUTER = ProviderSpec(
    name="openrouter",
    create_codec=OpenRouterCodec,
    url_field="openrouter_base_url",
    key_field="openrouter_api_key",
    required_field="openrouter_api_key",
    missing_message="OPENROUTER_API_KEY is not set: create a key (sk-or-…) at openrouter.ai/keys",
    model_info=GPT_5_4_IMAGE_2,
    catalog_folder="catalogue",
    has_bills=True,
    key_page="openrouter.ai/keys",
)
OPENAI = ProviderSpec(
    name="openai",
    create_codec=ResponsesCodec,
    url_field="openai_base_url",
    key_field="openai_api_key",
    required_field="openai_api_key",
    missing_message="OPENAI_API_KEY is not set: create a key (sk-…) at"
    " platform.openai.com/api-keys",
    model_info=GPT_5_4,
    draws_by_tool=True,
)
COMPATIBLE = ProviderSpec(
    name="compatible",
    create_codec=CompatibleCodec,
    url_field="compatible_url",
    key_field="compatible_key",
    required_field="compatible_url",
    missing_message="EASEL_COMPATIBLE_URL is not set: give the server's address up to /v1",
    model_info=COMPATIBLE_MODEL,
)
PROVIDERS: Mapping[str, ProviderSpec] = {
    spec.name: spec for spec in (OPENROUTER, OPENAI, COMPATIBLE)
}


def get_built_in_info(
    provider: str, model: str, drawing_model: str = GPT_IMAGE_2.name
) -> ModelInfo:
    """Return the built-in info of `model`, with that of `drawing_model` where that draws for it.

    A name with another date, prefix or variant is the same model. Any other is assumed to be like
    the provider's default one.
    """
    spec = PROVIDERS[provider]
    known = (
        _add_drawing_model(spec.model_info, drawing_model)
        if spec.draws_by_tool
        else (spec.model_info)
    )
    if known.model and normalize_model_name(model) == normalize_model_name(known.model):
        return replace(known, model=model)
    return describe_unknown_model(model, known)


def find_drawing_model(name: str) -> DrawingModel:
    """Return the row of what OpenAI's tool draws with, by its name, which may end in a date.

    Raises `ValueError`, which says what to write instead.
    """
    row = TOOL_MODELS.get(normalize_model_name(name)) if name == name.lower() else None
    if row is None or "/" in name or ":" in name:
        known = " or ".join(TOOL_MODELS)
        reason = RETIRED_MODELS.get(name, "its sizes and prices are not known here")
        raise ValueError(f"{reason}; give {known}")
    return replace(row, name=name)


def _add_drawing_model(model_info: ModelInfo, name: str) -> ModelInfo:
    row = find_drawing_model(name)
    price = model_info.price
    if price is not None and row.price is not None:
        price = replace(
            price,
            picture=row.price.drawn,
            drawing_text=row.price.text,
            drawing_image=row.price.picture,
        )
    return replace(model_info, drawing=row, price=price)


def list_missing_settings(settings: object, models: Sequence[tuple[str, str]]) -> list[str]:
    """List what `settings` lacks to use `models` (provider and model), one sentence each."""
    used = {provider for provider, _ in models}
    problems = [
        spec.missing_message
        for name, spec in PROVIDERS.items()
        if name in used and getattr(settings, spec.required_field) in (None, "")
    ]
    return problems + [
        f"EASEL_MODEL is not set: name the model that the {provider} server serves"
        for provider, model in models
        if not model
    ]
