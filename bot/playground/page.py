"""The playground's page over HTTP: its files, the workspace as JSON, and changes as they happen.

For a person at this machine only: requests from other sites are refused. What the page is told
stands in `page_told`, what a person does there in `page_deeds`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from pathlib import Path

from aiohttp import web

from bot.playground.page_deeds import PageActions, format_slack_text
from bot.playground.page_told import describe_change, describe_workspace
from bot.playground.same_site import require_same_site
from bot.playground.slack import PlayedSlack, Workspace
from bot.playground.slack.workspace import Change

__all__ = ["build_page_application", "format_slack_text"]

_WEB_FOLDER = Path(__file__).parent / "web"
_CONTENT_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_INLINE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
_HEARTBEAT_SECONDS = 15.0


def build_page_application(slack: PlayedSlack) -> web.Application:
    """The page for `slack`, to be served on localhost."""
    page, deeds = Page(slack.workspace), PageActions(slack)
    application = web.Application(client_max_size=MAX_UPLOAD_BYTES, middlewares=[require_same_site])
    application.on_shutdown.append(page.close_streams)
    application.router.add_get("/", page.get_index)
    application.router.add_get("/web/{name}", page.get_asset)
    application.router.add_get("/page/state", page.get_state)
    application.router.add_get("/page/events", page.stream_events)
    application.router.add_get("/page/files/{file}", page.get_file)
    for path, deed in (
        ("send", deeds.send),
        ("press", deeds.press),
        ("shortcut", deeds.choose_shortcut),
        ("delete-message", deeds.delete_message),
        ("delete-file", deeds.delete_file),
        ("faults", deeds.add_fault),
        ("refresh-sockets", deeds.refresh_sockets),
    ):
        application.router.add_post(f"/page/{path}", deed)
    return application


class Page:
    """What the page's script reads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._streams: set[asyncio.Queue[Change | None]] = set()

    async def get_index(self, _request: web.Request) -> web.Response:
        return _build_asset_response("index.html")

    async def get_asset(self, request: web.Request) -> web.Response:
        return _build_asset_response(request.match_info["name"])

    async def get_state(self, _request: web.Request) -> web.Response:
        return web.json_response(describe_workspace(self._workspace))

    async def stream_events(self, request: web.Request) -> web.StreamResponse:
        """Changes as server-sent events, from now on."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self._workspace.watch() as changes, contextlib.suppress(ConnectionError):
            self._streams.add(changes)
            while told := await _wait_for_event(changes, self._workspace):
                await response.write(told)
        self._streams.discard(changes)
        return response

    async def close_streams(self, _application: web.Application) -> None:
        """The server stops: every stream of changes ends now."""
        for changes in self._streams:
            changes.put_nowait(None)

    async def get_file(self, request: web.Request) -> web.StreamResponse:
        file = self._workspace.files.get(request.match_info["file"])
        if file is None or file.is_deleted:
            raise web.HTTPNotFound
        inline = file.mimetype in _INLINE_TYPES
        # Anything a browser might run is only ever saved, never shown.
        kind = file.mimetype if inline else "application/octet-stream"
        way = "inline" if inline else "attachment"
        name = re.sub(r"[^A-Za-z0-9._ -]", "_", file.name)
        headers = {"Content-Disposition": f'{way}; filename="{name}"'}
        return web.Response(body=file.data, content_type=kind, headers=headers)


async def _wait_for_event(changes: asyncio.Queue[Change | None], workspace: Workspace) -> bytes:
    """The next change, a sign of life when nothing happens for a while, b"" at the end."""
    try:
        async with asyncio.timeout(_HEARTBEAT_SECONDS):
            change = await changes.get()
            if change is None:
                return b""
            told = json.dumps(describe_change(change, workspace))
            return b"data: " + told.encode() + b"\n\n"
    except TimeoutError:
        return b": still here\n\n"


def _build_asset_response(name: str) -> web.Response:
    # Names of files that are there, compared as a whole: no path can lead elsewhere.
    known = {path.name: path for path in _WEB_FOLDER.iterdir() if path.suffix in _CONTENT_TYPES}
    path = known.get(name)
    if path is None:
        raise web.HTTPNotFound
    kind = _CONTENT_TYPES[path.suffix]
    return web.Response(text=path.read_text(encoding="utf-8"), content_type=kind)
