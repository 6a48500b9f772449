"""For `easel check`: whether a provider without a catalogue takes the key and has the model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx

from bot.cli.check.finding import Finding
from bot.cli.check.messages import format_key_failure
from bot.config import Settings, reveal_secret
from bot.domain.errors import EaselError
from bot.llm.client import create_http_client, get_json
from bot.llm.providers import PROVIDERS, ProviderSpec
from bot.llm.streaming.payloads import coerce_mapping, coerce_mappings

_NAME = "model served"
_MAX_LISTED = 8
# A server without such an address, or one that asks for another way to get there.
_NO_LIST_CODES = ("404", "405", "501")


async def check_served(settings: Settings) -> AsyncIterator[Finding]:
    """Look each model up where no catalogue tells of it. Costs nothing."""
    async with create_http_client() as http:
        for provider, model in settings.models:
            spec = PROVIDERS[provider]
            is_set = getattr(settings, spec.required_field) not in (None, "")
            if not spec.has_catalog and model and is_set:
                yield await _look_up(http, settings, spec, model)


async def _look_up(
    http: httpx.AsyncClient, settings: Settings, spec: ProviderSpec, model: str
) -> Finding:
    url = str(getattr(settings, spec.url_field)).rstrip("/") + "/models"
    key = reveal_secret(getattr(settings, spec.key_field))
    headers = spec.create_codec(spec.name).build_headers(key)
    try:
        # The list of OpenAI is long; other servers may have nothing but the list.
        single = f"/{quote(model, safe=':')}" if spec.names_each_model else ""
        body = coerce_mapping(await get_json(http, url + single, headers))
    except EaselError as error:
        return _explain_failure(error, url, spec, model)
    ids = [str(entry.get("id")) for entry in coerce_mappings(body.get("data"))]
    if model in (ids or [str(body.get("id"))]):
        text = f"{spec.name} takes the key and has {model}"
        return Finding(ok=True, name=_NAME, text=text)
    listed = f"lists {', '.join(ids[:_MAX_LISTED])}" if ids else "lists no models"
    text = f"{url} {listed}, and not {model}; check EASEL_MODEL"
    return Finding(ok=True, name=_NAME, text=text, is_warning=True)


def _explain_failure(error: EaselError, url: str, spec: ProviderSpec, model: str) -> Finding:
    if error.code in _NO_LIST_CODES and not spec.names_each_model:
        text = f"not checked for {model}: {url} has no list of models"
        return Finding(ok=True, name=_NAME, text=text)
    if error.code == "404":
        text = f"{spec.name} does not have {model} for this key; check EASEL_MODEL"
        return Finding(ok=False, name=_NAME, text=text)
    settings = Settings.model_fields
    key_place = spec.key_page or str(settings[spec.key_field].alias)
    text = format_key_failure(error, url, str(settings[spec.url_field].alias), key_place)
    is_refused = error.code in ("401", "403")
    return Finding(ok=not is_refused, name=_NAME, text=text, is_warning=not is_refused)
