"""What OpenRouter answers about the key, its models, who serves them, and the bills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from aiohttp import web

from bot.playground.model import wire
from bot.playground.model.openrouter.routing import PlayedEndpoint


@dataclass(frozen=True, slots=True)
class Lookups:
    """`list_endpoints` returns who serves the model now; `bills` are kept by the server."""

    api_key: str
    bills: Mapping[str, Decimal]
    list_endpoints: Callable[[], list[PlayedEndpoint]]

    def register(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/v1/key", self._get_key)
        router.add_get("/api/v1/models", self._list_models)
        router.add_get("/api/v1/models/user", self._list_models_of_account)
        router.add_get("/api/v1/models/{author}/{slug}/endpoints", self._list_endpoints)
        router.add_get("/api/v1/endpoints/zdr", self._list_zdr)
        router.add_get("/api/v1/generation", self._get_generation)

    async def _get_key(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.api_key}":
            return _refuse(401, "Missing Authentication header")
        return web.json_response({"data": wire.KEY})

    async def _list_models(self, _request: web.Request) -> web.Response:
        return web.json_response(wire.build_catalog())

    async def _list_models_of_account(self, _request: web.Request) -> web.Response:
        catalog = wire.build_catalog()
        if not any(endpoint.is_left_by_account for endpoint in self.list_endpoints()):
            catalog |= {"data": [], "total_count": 0}
        return web.json_response(catalog)

    async def _list_endpoints(self, request: web.Request) -> web.Response:
        model = f"{request.match_info['author']}/{request.match_info['slug']}"
        if model not in wire.MODELS:
            return _refuse(404, "Resource not found")
        entry = {name: wire.ENTRY[name] for name in ("id", "name", "created", "architecture")}
        endpoints = [endpoint.build_entry() for endpoint in self.list_endpoints()]
        return web.json_response({"data": {**entry, "description": "", "endpoints": endpoints}})

    async def _list_zdr(self, _request: web.Request) -> web.Response:
        endpoints = [one.build_entry() for one in self.list_endpoints() if one.keeps_nothing]
        return web.json_response({"data": endpoints})

    async def _get_generation(self, request: web.Request) -> web.Response:
        cost = self.bills.get(request.query.get("id", ""))
        if cost is None:
            return _refuse(404, "Generation not found")
        return web.json_response({"data": wire.build_generation(request.query["id"], cost)})


def _refuse(status: int, message: str) -> web.Response:
    return web.json_response(wire.build_error(status, message), status=status)
