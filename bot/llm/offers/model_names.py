"""Models that a provider does not serve, though their names are known elsewhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.llm.model_facts import normalize_model_name
from bot.llm.offers.openai_models import GPT_5_4, RESPONSES_ONLY_MODELS

# gpt-5.4-image-2, also as gpt-5-4-image-2, gpt-5-image and gpt-5-image-mini: OpenRouter joins
# OpenAI's models of words and of pictures under such names, and OpenAI itself knows none of them.
_JOINED_PATTERN = re.compile(r"gpt-\d+(?:[.-]\d+)?-image(?:-.*)?")
_DRAWING_PATTERN = re.compile(r"(?:chat)?gpt-image-.+|dall-e-.+")


def list_misnamed_models(
    models: Sequence[tuple[str, str]], openai_api: str
) -> dict[tuple[str, str], str]:
    """Return the models (provider and name) that OpenAI does not serve, each with what to write.

    `openai_api` is `responses` or `chat`. The first of `models` is EASEL_MODEL.
    """
    found = {
        (provider, model): _find_problem(model, openai_api, is_fallback=number > 0)
        for number, (provider, model) in enumerate(models)
        if provider == "openai"
    }
    return {pair: problem for pair, problem in found.items() if problem}


def _find_problem(model: str, openai_api: str, *, is_fallback: bool) -> str:
    name, setting = model.lower(), "EASEL_FALLBACKS" if is_fallback else "EASEL_MODEL"
    wanted = _format_setting("openai", GPT_5_4.model, is_fallback=is_fallback)
    draws = " and EASEL_OPENAI_API=responses" if openai_api == "chat" else ""
    short_name = normalize_model_name(name)
    if _JOINED_PATTERN.fullmatch(short_name):
        listed = "openai/" + re.sub(r"^gpt-(\d+)-(\d+)-", r"gpt-\1.\2-", short_name)
        elsewhere = _format_setting("openrouter", listed, is_fallback=is_fallback)
        return (
            f"{setting}: {model} is a name of OpenRouter's, and OpenAI serves no such model: write"
            f" {wanted}{draws}, which draws with gpt-image-2, or {elsewhere}"
        )
    if _DRAWING_PATTERN.fullmatch(short_name):
        return f"{setting}: {model} only draws, and cannot answer: write {wanted}{draws}"
    if name.startswith("openai/"):
        plain = _format_setting("openai", model.partition("/")[2], is_fallback=is_fallback)
        return f"{setting}: OpenAI's own names have no “openai/” before them: write {plain}"
    if "/" in name:
        # Another maker's, as OpenRouter writes it.
        elsewhere = _format_setting("openrouter", model, is_fallback=is_fallback)
        return f"{setting}: {model} is a name of OpenRouter's: write {wanted}, or {elsewhere}"
    if openai_api == "chat" and short_name in RESPONSES_ONLY_MODELS:
        return (
            f"{setting}: OpenAI serves {model} by its Responses API only: write"
            " EASEL_OPENAI_API=responses"
        )
    return ""


def _format_setting(provider: str, model: str, *, is_fallback: bool) -> str:
    """Return what to write for `model` in its setting."""
    if is_fallback:
        return f"{provider}:{model}"
    chosen = "" if provider == "openai" else f"EASEL_PROVIDER={provider} and "
    return f"{chosen}EASEL_MODEL={model}"
