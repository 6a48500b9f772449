"""For `easel check`: whether a provider without a catalogue takes the key and has the model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx

from bot.cli.check.finding import Finding
from bot.cli.check.messages import format_key_failure
from bot.config import Settings, reveal_secret
from bot.domain.errors import EaselError
from bot.domain.safe_text import reveal_invisible
from bot.llm.client import create_http_client, get_json
from bot.llm.errors import KEY_REJECTED_MESSAGE, REGION_MESSAGE
from bot.llm.offers.hosts import is_of_openai
from bot.llm.offers.model_names import name_setting
from bot.llm.providers import PROVIDERS, ProviderSpec
from bot.llm.streaming.payloads import coerce_mapping, coerce_mappings, coerce_text

_NAME = "model served"
_MAX_LISTED, _MAX_ID_CHARS = 8, 80
# A server without such an address, or one that asks for another way to get there.
_NO_LIST_CODES = ("404", "405", "501")
# Where nothing is answered either; any other refusal may be of looking models up alone.
_KEY_MESSAGES = (KEY_REJECTED_MESSAGE, REGION_MESSAGE)


async def check_served(settings: Settings) -> AsyncIterator[Finding]:
    """Look each model up where no catalogue tells of it. Costs nothing."""
    async with create_http_client() as http:
        for number, (provider, model) in enumerate(settings.models):
            spec = PROVIDERS[provider]
            is_set = getattr(settings, spec.required_field) not in (None, "")
            if not spec.has_catalog and model and is_set:
                yield await _look_up(http, settings, spec, model, name_setting(number))


async def _look_up(
    http: httpx.AsyncClient, settings: Settings, spec: ProviderSpec, model: str, setting: str
) -> Finding:
    url = str(getattr(settings, spec.url_field)).rstrip("/") + "/models"
    key = reveal_secret(getattr(settings, spec.key_field))
    headers = spec.create_codec(spec.name).build_headers(key)
    try:
        # The list of OpenAI is long; other servers may have nothing but the list.
        single = f"/{quote(model, safe=':')}" if spec.names_each_model else ""
        body = coerce_mapping(await get_json(http, url + single, headers))
    except EaselError as error:
        return explain_failure(error, url, spec, model, setting)
    told = coerce_mappings(body.get("data")) or [body]
    ids = list(filter(None, (coerce_text(entry.get("id")) for entry in told)))
    if _is_listed(model, ids):
        text = f"{spec.name} takes the key and has {model}"
        return Finding(ok=True, name=_NAME, text=text)
    names = ", ".join(reveal_invisible(name, _MAX_ID_CHARS) for name in ids[:_MAX_LISTED])
    text = f"{url} lists {names or 'no models'}, and not {model}; check {setting}"
    return Finding(ok=True, name=_NAME, text=text, is_warning=True)


def _is_listed(model: str, ids: list[str]) -> bool:
    """Whether a server has `model`; Ollama lists `qwen3:latest` and takes `qwen3`."""
    return model in ids or f"{model}:latest" in ids


def explain_failure(
    error: EaselError, url: str, spec: ProviderSpec, model: str, setting: str
) -> Finding:
    """Say why a model could not be looked up, as a failure only where no answer can come either."""
    # Azure and gateways in OpenAI's place answer for models that they do not tell of.
    tells_each_model = spec.names_each_model and is_of_openai(url)
    if error.code == "404" and tells_each_model:
        text = f"{spec.name} does not have {model} for this key; check {setting}"
        return Finding(ok=False, name=_NAME, text=text)
    if error.code in _NO_LIST_CODES:
        text = f"not checked for {model}: {url} does not tell of it; if it fails, check {setting}"
        return Finding(ok=True, name=_NAME, text=text, is_warning=spec.names_each_model)
    fields = Settings.model_fields
    key_place = spec.key_page or str(fields[spec.key_field].alias)
    if error.code in ("401", "403") and error.user_message not in _KEY_MESSAGES:
        text = f"not checked for {model}: the key may not look models up ({error}); see {key_place}"
        return Finding(ok=True, name=_NAME, text=text, is_warning=True)
    text = format_key_failure(error, url, str(fields[spec.url_field].alias), key_place)
    # A server that answers nothing at all answers no question either.
    is_fatal = error.code in ("401", "403") or not error.code.isdecimal()
    return Finding(ok=not is_fatal, name=_NAME, text=text, is_warning=not is_fatal)
