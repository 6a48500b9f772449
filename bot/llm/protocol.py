"""Protocols of a wire format: a request from a prompt, events from a stream.

`chat_completions/` and `responses/` implement them, and `client.py` uses them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Protocol

from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.errors import EaselError
from bot.domain.llm import Prompt, StreamEvent, Usage
from bot.domain.model_info import ModelInfo
from bot.llm.streaming.base64 import ExtractedBlobs


class ServedModel(Protocol):
    """A `bot.domain.ports.Model` that exposes its provider and its current `ModelInfo`."""

    provider: str

    def get_model_info(self) -> ModelInfo: ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]: ...


class Reader(Protocol):
    """Turns the payloads of one answer into events, in order.

    `generation_id` is the provider's id of the answer, "" until the stream names it. `usage` is the
    last one that the stream reported of the whole answer. `error` is set once the stream has told
    of one; what follows may still be the usage. `has_output`: anything was thought, written or
    drawn.
    """

    generation_id: str
    usage: Usage | None
    error: EaselError | None
    has_output: bool

    def read(self, payload: bytes) -> list[StreamEvent]:
        """Read one payload. Raises `AnswerInterrupted` for garbage."""
        ...

    def close(self) -> list[StreamEvent]:
        """Return the last events once the stream has ended.

        Raises `error` if the stream told of one, `AnswerInterrupted` if the answer is not complete,
        `EmptyAnswer` or `ContentModerated` if it holds nothing.
        """
        ...


class Codec(Protocol):
    """One wire format, without I/O. `path` follows the base URL.

    `provider` is the name under which requests are recorded, see `providers.py`. `is_insured`: the
    provider charges nothing for failures, see `charges.py`. `kept_parameters` are never left out,
    even where a refusal seems to be about them.
    """

    provider: str
    path: str
    is_insured: bool
    kept_parameters: frozenset[str]

    def build_headers(self, api_key: str) -> dict[str, str]: ...

    def encode(self, prompt: Prompt, model_info: ModelInfo) -> dict[str, Any]:
        """Return the request body, without any parameter that the model does not support."""
        ...

    def read_generation_id(self, headers: Mapping[str, str]) -> str:
        """Return the provider's id of the answer from the response headers; may be empty."""
        ...

    def build_reader(
        self,
        blobs: ExtractedBlobs | None = None,
        picture_tokens: Mapping[str, int] = PICTURE_TOKENS,
    ) -> Reader:
        """Build what reads one answer. `picture_tokens` are those of a picture by quality: what
        counts where the answer does not tell what was drawn."""
        ...
