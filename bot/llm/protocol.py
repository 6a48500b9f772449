"""What a provider's protocol is to `wire.py`: a request from a prompt, events from a stream.

Protocols only; `chat_completions.py` and `responses.py` are the two there are.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Protocol

from bot.domain.llm import Prompt, ReplyEvent
from bot.domain.model_info import Offer
from bot.llm.streaming.base64 import Taken


class ServedModel(Protocol):
    """A `bot.domain.ports.Model` that exposes its provider and its current `Offer`."""

    provider: str
    offer: Callable[[], Offer]

    def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]: ...


class Reader(Protocol):
    """Turns the payloads of one answer into events, in order."""

    def read(self, payload: bytes) -> list[ReplyEvent]:
        """Read one payload. Raises `EaselError` for an error in the stream and for garbage."""
        ...

    def close(self) -> list[ReplyEvent]:
        """The stream has ended. Raises `BrokenOff` where it has no end, `EmptyAnswer`."""
        ...


class Codec(Protocol):
    """Pure: knows shapes, does no I/O. `path` comes after the base URL."""

    provider: str
    path: str

    def headers(self, api_key: str) -> dict[str, str]: ...

    def encode(self, prompt: Prompt, offer: Offer) -> dict[str, Any]:
        """The request body, with nothing in it that the model does not take."""
        ...

    def generation(self, headers: Mapping[str, str]) -> str:
        """The name under which the provider knows the answer, from its headers; may be empty."""
        ...

    def reader(self, taken: Taken | None = None) -> Reader: ...
