"""Keeps other sites away from the playground, and scripts in served files from running."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; frame-ancestors 'none'"
)
# The port may be another one where it is forwarded, as by ssh.
_HOST_PATTERN = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?")


def build_refusal(status: int, message: str) -> web.Response:
    """Build a refusal with a sentence for the person."""
    return web.json_response({"error": message}, status=status)


@web.middleware
async def require_same_site(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse requests of other sites: see `is_of_own_page`."""
    if not (is_local_host(request) and is_of_own_page(request)):
        return build_refusal(403, "Only this machine's own page may use the playground.")
    try:
        response: web.StreamResponse = await handler(request)
    except web.HTTPException as error:
        response = build_refusal(error.status, error.reason)
    if not response.prepared:
        response.headers.update(_build_security_headers())
    return response


@web.middleware
async def refuse_browsers(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse every page of a browser, whose site does not matter: only programs have business here.

    Programs show the token that they were given at the start.
    """
    if not is_local_host(request) or is_of_browser(request):
        return build_refusal(403, "Only programs of this machine may use the played services.")
    response: web.StreamResponse = await handler(request)
    return response


def is_local_host(request: web.Request) -> bool:
    """Whether the request names this machine.

    Another name is one that somebody else owns, who lets it stand for this machine (DNS rebinding):
    to the browser, that page is then of the same site.
    """
    hosts = request.headers.getall("Host", [])
    found = _HOST_PATTERN.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
    return found is not None


def is_of_own_page(request: web.Request) -> bool:
    """Whether a request comes from the page of this server, or is a person's own, to see it.

    A browser names the site of a script in `Origin`, always where something is changed, and in
    `Sec-Fetch-Site` what that site is to this one (w3.org/TR/fetch-metadata).
    """
    origins = request.headers.getall("Origin", [])
    if request.method not in ("GET", "HEAD") and not origins:
        return False
    if any(origin != f"http://{request.headers['Host']}" for origin in origins):
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    # A link elsewhere may lead to the page, not to a part of it.
    is_visit = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.path == "/"
    return site in ("same-origin", "none") or (is_visit and request.method == "GET")


def is_of_browser(request: web.Request) -> bool:
    """Whether a browser sends a request for a page, also where that needs no permission."""
    return any(name == "origin" or name.startswith("sec-fetch-") for name in _list_names(request))


def _list_names(request: web.Request) -> list[str]:
    return [name.lower() for name in request.headers]


def _build_security_headers() -> Mapping[str, str]:
    return {
        "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
