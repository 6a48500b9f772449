"""Keeps other sites away from the playground's page, and what it serves from running."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

_POLICY = "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; frame-ancestors 'none'"


def refused(status: int, sentence: str) -> web.Response:
    """A refusal with a sentence for the person."""
    return web.json_response({"error": sentence}, status=status)


@web.middleware
async def same_site(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer this machine's own page only: other sites' scripts name themselves as origin."""
    host = (request.host or "").rpartition(":")[0] or request.host
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"http://{request.host}"
    if host not in ("localhost", "127.0.0.1") or foreign:
        return refused(403, "Only this machine's own page may use the playground.")
    try:
        response: web.StreamResponse = await handler(request)
    except web.HTTPException as error:
        response = refused(error.status, error.reason)
    if not response.prepared:
        response.headers.update(_guards())
    return response


def _guards() -> Mapping[str, str]:
    return {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
