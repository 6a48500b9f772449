"""Who serves the played model, and which of them a request's `provider` leaves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.model import wire
from bot.playground.model.request import RequestError

_FIELDS: dict[str, Any] = {
    "allow_fallbacks": bool,
    "data_collection": ("allow", "deny"),
    "enforce_distillable_text": bool,
    "ignore": list,
    "max_price": dict,
    "only": list,
    "order": list,
    "preferred_max_latency": (),
    "preferred_min_throughput": (),
    "quantizations": list,
    "require_parameters": bool,
    "sort": (),
    "zdr": bool,
}
_PRIVACY_MESSAGE = (
    "No endpoints found matching your data policy ({}). Configure:"
    " https://openrouter.ai/settings/privacy"
)


@dataclass(frozen=True, slots=True)
class PlayedEndpoint:
    """A provider of the played model. `prices` differ from the catalogue's, per token.

    `is_left_by_account`: what the account is set to does not leave it out.
    """

    name: str = "OpenAI"
    tag: str = "openai"
    collects_data: bool = False
    keeps_nothing: bool = False
    prices: Mapping[str, str] | None = None
    is_left_by_account: bool = True

    def build_entry(self) -> dict[str, Any]:
        """Return the entry in OpenRouter's lists, which does not tell of data collection."""
        entry = wire.ENTRY
        return {
            "name": f"{self.name} | {wire.MODEL}-20260421",
            "model_id": f"{wire.MODEL}-20260421",
            "model_name": entry["name"],
            "provider_name": self.name,
            "tag": self.tag,
            "context_length": entry["context_length"],
            "max_completion_tokens": 128000,
            "max_prompt_tokens": None,
            "pricing": {**entry["pricing"], **(self.prices or {})},
            "quantization": "unknown",
            "status": 0,
            "supported_parameters": list(entry["supported_parameters"]),
            "supports_implicit_caching": True,
            "supports_voice_cloning": False,
            "supports_diarization": False,
            "supports_tool_choice": dict.fromkeys(("auto", "function", "none", "required"), False),
            "native_tools": {},
            "service_tier": None,
            "latency_last_30m": None,
            "throughput_last_30m": None,
            "uptime_last_5m": 100,
            "uptime_last_30m": 100,
            "uptime_last_1d": 100,
        }


def check_routing(body: object, endpoints: Sequence[PlayedEndpoint]) -> None:
    """Raise `RequestError` for refused preferences, or where no provider is left."""
    left = [endpoint for endpoint in endpoints if endpoint.is_left_by_account]
    endpoints = _require(list(endpoints), left, "Paid model training")
    preferences = body.get("provider") if isinstance(body, Mapping) else None
    if preferences is None:
        return
    if not isinstance(preferences, Mapping):
        raise _build_validation_error("provider")
    for name, value in preferences.items():
        if name not in _FIELDS or not _is_valid(value, _FIELDS[name]):
            raise _build_validation_error(f"provider.{name}")
    only, ignored = preferences.get("only"), preferences.get("ignore") or []
    allowed = [
        endpoint
        for endpoint in endpoints
        if (only is None or _is_named(endpoint, only)) and not _is_named(endpoint, ignored)
    ]
    if not allowed:
        names = {"available_providers": [endpoint.tag for endpoint in endpoints]}
        message = "No allowed providers are available for the selected model."
        raise RequestError(404, wire.build_error(404, message, requested_providers=only, **names))
    if preferences.get("data_collection") == "deny":
        allowed = _require(allowed, [one for one in allowed if not one.collects_data], "training")
    if preferences.get("zdr") is True:
        _require(allowed, [one for one in allowed if one.keeps_nothing], "Zero data retention")


def _require(
    before: list[PlayedEndpoint], after: list[PlayedEndpoint], what: str
) -> list[PlayedEndpoint]:
    if before and not after:
        error = {
            "code": 404,
            "message": _PRIVACY_MESSAGE.format(what),
            "availability": {"code": "privacy_restricted", "retryable": False},
        }
        raise RequestError(404, {"error": error})
    return after


def _is_valid(value: object, wanted: Any) -> bool:
    if value is None or wanted == ():
        return True
    if isinstance(wanted, tuple):
        return value in wanted
    if isinstance(value, list):
        return wanted is list and all(isinstance(item, str) for item in value)
    return isinstance(value, wanted)


def _is_named(endpoint: PlayedEndpoint, slugs: Sequence[str]) -> bool:
    return any(endpoint.tag == slug or endpoint.tag.startswith(f"{slug}/") for slug in slugs)


def _build_validation_error(path: str) -> RequestError:
    zod = {"name": "ZodError", "message": f'[{{"code":"invalid_type","path":["{path}"]}}]'}
    return RequestError(400, {"success": False, "error": zod})
