"""What a model takes, gives and costs, and which options it supports."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.costs import Price
from bot.domain.options import Parameters


@dataclass(frozen=True, slots=True)
class Offer:
    """A model as a provider offers it. `as_of` (YYYY-MM-DD) is when that was learned.

    `parameters` are the provider's own names. `context` holds input and output together.
    """

    model: str
    context: int
    most_output: int
    parameters: frozenset[str]
    inputs: frozenset[str]
    outputs: frozenset[str]
    price: Price | None
    as_of: str
    expires: str = ""
    built_in: bool = False

    @property
    def draws(self) -> bool:
        return "image" in self.outputs

    @property
    def sees(self) -> bool:
        return "image" in self.inputs

    @property
    def reads_files(self) -> bool:
        return "file" in self.inputs


# Each parameter, and the name that an offer lists where the model takes it.
_LISTED = {
    "effort": "reasoning",
    "show_reasoning": "reasoning",
    "max_tokens": "max_tokens",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
    "stop": "stop",
    "logit_bias": "logit_bias",
    "logprobs": "top_logprobs",
    "form": "response_format",
}

_DRAWING = ("aspect", "quality", "background", "variations")


def takes(offer: Offer, name: str) -> bool:
    """Whether the model takes the parameter `name`, a field of `Parameters`."""
    if name in _DRAWING:
        return offer.draws
    listed = _LISTED.get(name)
    return listed is None or listed in offer.parameters


def not_taken(parameters: Parameters, offer: Offer) -> list[str]:
    """The names of what is set in `parameters` and the model does not take."""
    names = (*_LISTED, *_DRAWING)
    given = [name for name in names if getattr(parameters, name) not in (None, ())]
    # What a table needs is asked for in words where the provider cannot enforce it.
    return [name for name in given if name != "form" and not takes(offer, name)]
