"""The settings with which an Easel of a test uses another provider."""

from __future__ import annotations

from typing import Any

from bot.playground.model import PlayedModel


def build_openai_settings(**more: Any) -> dict[str, Any]:
    return {"EASEL_PROVIDER": "openai", "OPENAI_API_KEY": PlayedModel.api_key, **more}


def build_compatible_settings(**more: Any) -> dict[str, Any]:
    return {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "qwen3-vl", **more}
