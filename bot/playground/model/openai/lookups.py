"""What OpenAI, and a server of one's own, answer about their models."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.playground.model.openai.refusals import build_refusal
from bot.playground.model.openai.responses import MODELS, UNAUTHORIZED

_OWNER = {"object": "model", "created": 1_772_000_000, "owned_by": "system"}


@dataclass(frozen=True, slots=True)
class ModelLookups:
    """`listed` are the models of the server of one's own."""

    api_key: str
    listed: tuple[str, ...] = ("qwen3-vl",)

    def register(self, router: web.UrlDispatcher) -> None:
        router.add_get("/v1/models/{model}", self._get_model)
        router.add_get("/compatible/v1/models", self._list_models)

    async def _get_model(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.api_key}":
            return web.json_response(UNAUTHORIZED, status=401)
        model = request.match_info["model"]
        if model not in MODELS:
            message = f"The model '{model}' does not exist"
            refusal = build_refusal(message, "model_not_found", "model", status=404)
            return web.json_response(refusal.body, status=refusal.status)
        return web.json_response({"id": model, **_OWNER})

    async def _list_models(self, _request: web.Request) -> web.Response:
        listed = [{"id": model, **_OWNER} for model in self.listed]
        return web.json_response({"object": "list", "data": listed})
