"""Values that say how an answer is wanted: its length, its form, its pictures."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum


class OutputFormat(StrEnum):
    """The form an answer is asked for."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What may be set about an answer; None and () where nobody did."""

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
    aspect: str | None = None
    quality: str | None = None
    background: str | None = None
    variations: int | None = None

    def override(self, base: RequestOptions) -> RequestOptions:
        """These, and those of `base` where these say nothing."""
        given = {
            item.name: getattr(self, item.name)
            for item in fields(RequestOptions)
            if getattr(self, item.name) not in (None, ())
        }
        return replace(base, **given)
