"""What a model accepts, produces and costs, and which options it supports. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.costs import Price
from bot.domain.options import RequestOptions
from bot.domain.pictures.drawing_models import DrawingModel

# The fields of `ModelInfo` that have an origin each.
FACTS = (
    "context_tokens",
    "max_output_tokens",
    "input_modalities",
    "output_modalities",
    "supported_parameters",
    "price",
)


class FactSource(StrEnum):
    """Where a fact about a model is from."""

    CATALOG = "catalogue"
    BUILT_IN = "built in"
    ASSUMED = "assumed"  # nothing is known of this model: it is tried, and may be refused
    LEARNT = "learnt"  # from the words with which the provider refused a request
    SETTING = "set"  # by the person who runs Easel


@dataclass(frozen=True, slots=True)
class FactOrigin:
    """Where a fact is from, and since when (YYYY-MM-DD)."""

    source: FactSource
    as_of: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as a provider offered it on the day `as_of` (YYYY-MM-DD).

    `supported_parameters` are the provider's own names. `context_tokens` bounds input and output
    together. `is_built_in`: this copy comes with Easel, instead of from the provider. `origins`
    says of each of `FACTS` where it is from, where that differs from the rest.

    `refused` are options that the model was seen to refuse, with the refused value, or "" where it
    takes none; and the names of the provider's parameters that carry no option. `drawing` is the
    row of what draws, which may be another model; None where nothing does.

    `setting_to_draw` is the setting with which the same model would draw, "" if there is none.

    `takes_original`: it looks at pictures at detail “original”, which makes none of up to 6,000
    pixels smaller. `takes_webp`: it reads that format, as few servers of one's own do.
    """

    model: str
    context_tokens: int
    max_output_tokens: int
    supported_parameters: frozenset[str]
    input_modalities: frozenset[str]
    output_modalities: frozenset[str]
    price: Price | None
    as_of: str
    expiration_date: str = ""
    is_built_in: bool = False
    origins: Mapping[str, FactOrigin] = field(default_factory=dict, compare=False)
    refused: frozenset[tuple[str, str]] = frozenset()
    setting_to_draw: str = ""
    drawing: DrawingModel | None = None
    takes_original: bool = False
    takes_webp: bool = True

    @property
    def longest_answer(self) -> int:
        """The most tokens to ask for: a question needs room, too, whatever the provider states."""
        return min(self.max_output_tokens, self.context_tokens // 2)

    @property
    def draws(self) -> bool:
        return "image" in self.output_modalities

    @property
    def sees(self) -> bool:
        return "image" in self.input_modalities

    @property
    def reads_files(self) -> bool:
        return "file" in self.input_modalities

    def get_origin(self, fact: str) -> FactOrigin:
        """Return where one of `FACTS` is from."""
        source = FactSource.BUILT_IN if self.is_built_in else FactSource.CATALOG
        return self.origins.get(fact) or FactOrigin(source, self.as_of)

    def is_assumed(self, fact: str) -> bool:
        """Whether nothing is known of this fact, so that a refusal may teach it."""
        return self.get_origin(fact).source is FactSource.ASSUMED


# Each option, and the parameter that a provider lists where a model supports it.
_PROVIDER_PARAMETERS = {
    "effort": "reasoning",
    "show_reasoning": "reasoning",
    "max_tokens": "max_tokens",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
    "stop": "stop",
    "logit_bias": "logit_bias",
    "logprobs": "top_logprobs",
    "output_format": "response_format",
}

_DRAWING_OPTIONS = ("size", "aspect", "quality", "background", "variations")


def is_option_supported(model_info: ModelInfo, option: str) -> bool:
    """Whether the model supports `option`, the name of a field of `RequestOptions`."""
    if (option, "") in model_info.refused:
        # Another name for the same limit is tried then.
        return option == "max_tokens"
    if option in _DRAWING_OPTIONS:
        return model_info.draws
    parameter = _PROVIDER_PARAMETERS.get(option)
    return parameter is None or parameter in model_info.supported_parameters


def is_value_refused(model_info: ModelInfo, option: str, value: object) -> bool:
    """Whether the model was seen to refuse this value of an option, or its row has it not."""
    drawing = model_info.drawing
    if drawing is not None and value is not None:
        taken = {"quality": drawing.qualities, "background": drawing.backgrounds}.get(option)
        if taken is not None and value not in taken:
            return True
    return (option, str(value)) in model_info.refused


def list_unsupported(options: RequestOptions, model_info: ModelInfo) -> list[str]:
    """Return the names of the options that are set and that the model does not support."""
    names = (*_PROVIDER_PARAMETERS, *_DRAWING_OPTIONS)
    values = {name: getattr(options, name) for name in names}
    # A size that is refused there is made here.
    if model_info.draws:
        del values["size"]
    # Any model can be asked for an output format in words, where the provider cannot enforce it.
    return [
        name
        for name, value in values.items()
        if value not in (None, ())
        and name != "output_format"
        and (not is_option_supported(model_info, name) or is_value_refused(model_info, name, value))
    ]
