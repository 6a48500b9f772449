"""What a model accepts, produces and costs, and which options it supports. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.costs import Price
from bot.domain.options import RequestOptions


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as a provider offered it on the day `as_of` (YYYY-MM-DD).

    `supported_parameters` are the provider's own names. `context_tokens` bounds input and output
    together. `is_built_in`: this copy comes with Easel, instead of from the provider.
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

    @property
    def draws(self) -> bool:
        return "image" in self.output_modalities

    @property
    def sees(self) -> bool:
        return "image" in self.input_modalities

    @property
    def reads_files(self) -> bool:
        return "file" in self.input_modalities


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

_DRAWING_OPTIONS = ("aspect", "quality", "background", "variations")


def is_option_supported(model_info: ModelInfo, option: str) -> bool:
    """Whether the model supports `option`, the name of a field of `RequestOptions`."""
    if option in _DRAWING_OPTIONS:
        return model_info.draws
    parameter = _PROVIDER_PARAMETERS.get(option)
    return parameter is None or parameter in model_info.supported_parameters


def list_unsupported(options: RequestOptions, model_info: ModelInfo) -> list[str]:
    """Return the names of the options that are set and that the model does not support."""
    names = (*_PROVIDER_PARAMETERS, *_DRAWING_OPTIONS)
    set_names = [name for name in names if getattr(options, name) not in (None, ())]
    # Any model can be asked for an output format in words, where the provider cannot enforce it.
    return [
        name
        for name in set_names
        if name != "output_format" and not is_option_supported(model_info, name)
    ]
