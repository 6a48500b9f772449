"""What a model takes, gives and costs, and which options it supports."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.costs import Price
from bot.domain.options import RequestOptions


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as a provider offers it. `as_of` (YYYY-MM-DD) is when that was learned.

    `parameters` are the provider's own names. `context` holds input and output together.
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


# Each parameter, and the name that an offer lists where the model takes it.
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


def supports(model_info: ModelInfo, option: str) -> bool:
    """Whether the model takes the parameter `name`, a field of `Parameters`."""
    if option in _DRAWING_OPTIONS:
        return model_info.draws
    listed = _PROVIDER_PARAMETERS.get(option)
    return listed is None or listed in model_info.supported_parameters


def unsupported(options: RequestOptions, model_info: ModelInfo) -> list[str]:
    """The names of what is set in `parameters` and the model does not take."""
    names = (*_PROVIDER_PARAMETERS, *_DRAWING_OPTIONS)
    given = [name for name in names if getattr(options, name) not in (None, ())]
    # What a table needs is asked for in words where the provider cannot enforce it.
    return [name for name in given if name != "output_format" and not supports(model_info, name)]
