"""Whose server an address of the settings names, however it is written. Pure."""

from __future__ import annotations

import httpx

_OPENROUTER, _OPENAI = "openrouter.ai", "api.openai.com"


def is_of_openrouter(url: str) -> bool:
    """Whether requests to `url` go to OpenRouter itself."""
    return _is_within(url, _OPENROUTER)


def is_of_openai(url: str) -> bool:
    """Whether requests to `url` go to OpenAI itself, in whatever region; not to Azure or a gateway,
    where models have other names."""
    return _is_within(url, _OPENAI)


def _is_within(url: str, domain: str) -> bool:
    # As it is connected to: other dots and letters become plain ones, and one may end it.
    host = httpx.URL(url).raw_host.decode("ascii").lower().rstrip(".")
    return host == domain or host.endswith(f".{domain}")
