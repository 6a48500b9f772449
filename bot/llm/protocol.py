"""What a provider's protocol is to `wire.py`: a request from a prompt, events from a stream.

Protocols only; `chat_completions.py` and `responses.py` are the two there are.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Protocol

from bot.domain.llm import Prompt, StreamEvent
from bot.domain.model_info import ModelInfo
from bot.llm.streaming.base64 import ExtractedBlobs


class ServedModel(Protocol):
    """A `bot.domain.ports.Model` that exposes its provider and its current `Offer`."""

    provider: str
    get_model_info: Callable[[], ModelInfo]

    def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]: ...


class Reader(Protocol):
    """Turns the payloads of one answer into events, in order."""

    def read(self, payload: bytes) -> list[StreamEvent]:
        """Read one payload. Raises `EaselError` for an error in the stream and for garbage."""
        ...

    def close(self) -> list[StreamEvent]:
        """The stream has ended. Raises `BrokenOff` where it has no end, `EmptyAnswer`."""
        ...


class Codec(Protocol):
    """Pure: knows shapes, does no I/O. `path` comes after the base URL."""

    provider: str
    path: str

    def build_headers(self, api_key: str) -> dict[str, str]: ...

    def encode(self, prompt: Prompt, model_info: ModelInfo) -> dict[str, Any]:
        """The request body, with nothing in it that the model does not take."""
        ...

    def read_generation_id(self, headers: Mapping[str, str]) -> str:
        """The name under which the provider knows the answer, from its headers; may be empty."""
        ...

    def build_reader(self, blobs: ExtractedBlobs | None = None) -> Reader: ...
