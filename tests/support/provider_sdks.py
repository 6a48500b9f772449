"""The providers' own SDKs, which talk to the played ends with HTTP clients of their own."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from bot.playground.model import PlayedModel
from bot.playground.model.endings import EndingKind

with warnings.catch_warnings():
    # What the SDKs warn of at import is theirs to mend.
    warnings.simplefilter("ignore")
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")
    openrouter = pytest.importorskip("openrouter", reason="the openrouter SDK is not installed")

QUESTIONS = ("say hello", "draw a cat", "write a haiku", "what is 2 + 2?")
WHOLE_ENDINGS = (EndingKind.WHOLE, EndingKind.NO_USAGE, EndingKind.EMPTY, EndingKind.THOUGHTS_ONLY)
BROKEN_ENDINGS = (EndingKind.ERROR, EndingKind.ERROR_WITH_USAGE, EndingKind.ERROR_THEN_USAGE)
DRAWING_TOOL = {"type": "image_generation", "model": "gpt-image-2", "partial_images": 1}


def ask(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def check_strictly(value: Any) -> None:
    """Validate a model of the SDK again: it builds what it reads without looking."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        type(value).model_validate(value.model_dump(mode="json", exclude_unset=True))


def connect_openai(played: PlayedModel, url: str) -> Any:
    """Return OpenAI's client of a played end at `url`, which asks once; to be closed."""
    return openai.AsyncOpenAI(api_key=played.api_key, base_url=url, max_retries=0)
