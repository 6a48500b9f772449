"""Options of an answer: its length, its format, its pictures. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from bot.domain.pictures.sizes import PictureSize

# What one person sets for a channel would end, bend or multiply the answers of all others.
NOT_FOR_CHANNELS = ("stop", "logit_bias", "max_tokens", "variations")


class OutputFormat(StrEnum):
    """The format in which an answer is requested."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What people and operators may set for an answer; None or () where it is not set."""

    effort: str | None = None
    show_reasoning: bool | None = None
    max_tokens: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    logit_bias: tuple[tuple[int, int], ...] = ()
    logprobs: int | None = None
    output_format: OutputFormat | None = None
    text_only: bool | None = None
    size: PictureSize | None = None
    aspect: str | None = None
    quality: str | None = None
    background: str | None = None
    variations: int | None = None

    def override(self, base: RequestOptions) -> RequestOptions:
        """Return these options, with those of `base` where these are not set."""
        set_values = {
            name: value
            for name in _OPTION_NAMES
            if (value := getattr(self, name)) is not None and value != ()
        }
        return replace(base, **set_values) if set_values else base

    def select_not_for_channels(self) -> RequestOptions:
        """Return those of these options that are not to be set for a channel."""
        return RequestOptions(**{name: getattr(self, name) for name in NOT_FOR_CHANNELS})

    def select_for_channels(self) -> RequestOptions:
        """Return those of these options that people may set for a channel."""
        unset = RequestOptions()
        return replace(self, **{name: getattr(unset, name) for name in NOT_FOR_CHANNELS})


_OPTION_NAMES = tuple(item.name for item in fields(RequestOptions))
