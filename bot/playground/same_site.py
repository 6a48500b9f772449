"""Keeps other sites away from the playground's page, and scripts in served files from running."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; frame-ancestors 'none'"
)


def build_refusal(status: int, message: str) -> web.Response:
    """Build a refusal with a sentence for the person."""
    return web.json_response({"error": message}, status=status)


@web.middleware
async def require_same_site(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse requests from other sites: a browser names the site of a script as their origin."""
    host = (request.host or "").rpartition(":")[0] or request.host
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"http://{request.host}"
    if host not in ("localhost", "127.0.0.1") or foreign:
        return build_refusal(403, "Only this machine's own page may use the playground.")
    try:
        response: web.StreamResponse = await handler(request)
    except web.HTTPException as error:
        response = build_refusal(error.status, error.reason)
    if not response.prepared:
        response.headers.update(_build_security_headers())
    return response


def _build_security_headers() -> Mapping[str, str]:
    return {
        "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
