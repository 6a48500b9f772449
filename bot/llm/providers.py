"""The table of model providers: one row holds everything that differs from provider to provider.

A new provider is one row here and, where its wire format is new, one codec folder. A row names the
fields of `bot.config.Settings` that hold its address and its key. See `bot/app/build_models.py`
for how a row becomes a client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bot.domain.costs import Price
from bot.domain.model_info import FactOrigin, FactSource, ModelInfo
from bot.domain.pictures.drawing_models import GPT_IMAGE_2
from bot.llm.catalog_entry import COMPATIBLE_MODEL, GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import CompatibleCodec, OpenAIChatCodec, OpenRouterCodec
from bot.llm.model_facts import describe_unknown_model, normalize_model_name
from bot.llm.offers.data_policy import ANY_PROVIDER, DataPolicy
from bot.llm.offers.drawing import add_drawing_model
from bot.llm.offers.model_names import list_misnamed_models
from bot.llm.offers.openai_models import (
    GPT_5_4,
    OPENAI_MODELS,
    PRICES_READ_ON,
    UNKNOWN_MODEL,
    limit_to_chat,
)
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec


@dataclass(frozen=True, slots=True)
class ProviderOptions:
    """What the settings choose of the rows: OpenAI's API (`responses` or `chat`), the price of the
    compatible server (None where it is not set), OpenRouter's data policy, and what draws by
    OpenAI's tool."""

    openai_api: str = "responses"
    compatible_price: Price | None = None
    data_policy: DataPolicy = ANY_PROVIDER
    drawing_model: str = GPT_IMAGE_2.name


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
    # The built-in info of the default model. An empty name means no default: EASEL_MODEL has to
    # name a model.
    model_info: ModelInfo
    # Further models that are built in, by their names without a date; and the one that any other
    # is assumed to be like until a catalogue says more, None for the default model.
    known_models: Mapping[str, ModelInfo] = field(default_factory=dict)
    unknown_model: ModelInfo | None = None
    # Returns the row as the settings have it.
    configure: Callable[[ProviderSpec, ProviderOptions], ProviderSpec] | None = None
    # What to do where a budget is set and the price of a model is not known.
    price_advice: str = ""
    # The folder in EASEL_DATA_DIR that stores catalogue entries; "" for a provider without a
    # catalogue. Catalogue and bills are requested the way `openrouter.py` does.
    catalog_folder: str = ""
    # Whether the cost of a generation can be looked up after its end. At most one provider has
    # bills: `storage/bills.py` names it.
    has_bills: bool = False
    # Whether another model draws, which the conversation's calls as a tool: EASEL_DRAWING_MODEL.
    draws_by_tool: bool = False
    # Further fields of `Settings` that no other provider looks at.
    own_fields: tuple[str, ...] = ()
    # Whether it chooses among providers by `EASEL_DATA_POLICY`.
    has_data_policy: bool = False
    # Whether it tells of one model at `/models/NAME`; any other server has a list at most.
    names_each_model: bool = False
    # The page on which the operator manages keys, shown when `easel check` fails to query the key.
    key_page: str = ""

    @property
    def default_model(self) -> str:
        return self.model_info.model

    @property
    def has_catalog(self) -> bool:
        return bool(self.catalog_folder)

    def describe_model(self, model: str) -> ModelInfo:
        """Return the built-in info of `model`.

        A name with another date, prefix or variant is the same model. Of any other nothing is
        known.
        """
        known = {normalize_model_name(self.default_model): self.model_info, **self.known_models}
        info = known.get(normalize_model_name(model)) if model else None
        if info is not None:
            return replace(info, model=model)
        return describe_unknown_model(model, self.unknown_model or self.model_info)


def _set_data_policy(spec: ProviderSpec, options: ProviderOptions) -> ProviderSpec:
    create_codec = partial(OpenRouterCodec, data_policy=options.data_policy)
    return replace(spec, create_codec=create_codec)


def _choose_openai_api(spec: ProviderSpec, options: ProviderOptions) -> ProviderSpec:
    if options.openai_api != "chat":
        return _set_drawing_model(spec, options.drawing_model)
    return replace(
        spec,
        create_codec=OpenAIChatCodec,
        model_info=limit_to_chat(spec.model_info),
        known_models={name: limit_to_chat(info) for name, info in spec.known_models.items()},
        unknown_model=limit_to_chat(UNKNOWN_MODEL),
    )


def _set_drawing_model(spec: ProviderSpec, name: str) -> ProviderSpec:
    known = {model: add_drawing_model(info, name) for model, info in spec.known_models.items()}
    unknown = spec.unknown_model
    return replace(
        spec,
        model_info=add_drawing_model(spec.model_info, name),
        known_models=known,
        unknown_model=None if unknown is None else add_drawing_model(unknown, name),
    )


def _set_price(spec: ProviderSpec, options: ProviderOptions) -> ProviderSpec:
    if options.compatible_price is None:
        return spec
    origin = FactOrigin(FactSource.SETTING, spec.model_info.as_of)
    model_info = replace(spec.model_info, price=options.compatible_price, origins={"price": origin})
    return replace(spec, model_info=model_info)


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
    has_data_policy=True,
    configure=_set_data_policy,
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
    own_fields=("openai_api", "drawing_model"),
    names_each_model=True,
    key_page="platform.openai.com/api-keys",
    known_models=OPENAI_MODELS,
    unknown_model=UNKNOWN_MODEL,
    configure=_choose_openai_api,
    price_advice="EASEL_BUDGETS cannot hold with {model}, whose price is not known (the table is of"
    f" {PRICES_READ_ON}): take one of {', '.join(OPENAI_MODELS)}, or take EASEL_BUDGETS away",
)
COMPATIBLE = ProviderSpec(
    name="compatible",
    create_codec=CompatibleCodec,
    url_field="compatible_url",
    key_field="compatible_key",
    required_field="compatible_url",
    missing_message="EASEL_COMPATIBLE_URL is not set: give the server's address up to /v1",
    model_info=COMPATIBLE_MODEL,
    own_fields=("compatible_url", "compatible_price"),
    configure=_set_price,
    price_advice="EASEL_COMPATIBLE_PRICE is not set, so EASEL_BUDGETS cannot hold with {model}:"
    " give what the server takes for input/cached/output in US dollars per million tokens, as in"
    " 0.5/0.1/2, or 0/0/0 where it costs nothing",
)
PROVIDERS: Mapping[str, ProviderSpec] = {
    spec.name: spec for spec in (OPENROUTER, OPENAI, COMPATIBLE)
}


def get_provider(name: str, options: ProviderOptions) -> ProviderSpec:
    """Return the row of a provider as the settings have it."""
    spec = PROVIDERS[name]
    return spec if spec.configure is None else spec.configure(spec, options)


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


def list_unsuitable_models(
    models: Sequence[tuple[str, str]],
    options: ProviderOptions,
    *,
    has_budgets: bool,
    is_openai_itself: bool = True,
) -> list[str]:
    """List the `models` (provider and model) that their providers do not serve, and those that no
    budget can bound, one sentence each, with what to do.

    `is_openai_itself`: it is not Azure or a gateway, whose names are their operators' own.
    """
    misnamed = list_misnamed_models(models, options.openai_api, is_openai_itself=is_openai_itself)
    if not has_budgets:
        return list(misnamed.values())
    specs = [
        (get_provider(provider, options), model)
        for provider, model in models
        if model and (provider, model) not in misnamed
    ]
    unpriced = [
        spec.price_advice.format(model=model)
        for spec, model in specs
        if spec.price_advice and spec.describe_model(model).price is None
    ]
    return [*misnamed.values(), *dict.fromkeys(unpriced)]


def list_models_without_policy(models: Sequence[tuple[str, str]]) -> list[str]:
    """List the `models` (provider and model) whose provider knows no data policy."""
    return [f"{name}:{model}" for name, model in models if not PROVIDERS[name].has_data_policy]
