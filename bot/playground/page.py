"""The playground's page over HTTP: its files, the workspace as JSON, and changes as they happen.

For a person at this machine only: requests from other sites are refused. See `page_state.py` for
the JSON that the page gets, and `page_actions.py` for what a person can do on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from pathlib import Path

from aiohttp import web

from bot.playground.failures import CHANGE_KIND, Failures
from bot.playground.model import PlayedModel
from bot.playground.page_actions import MAX_FILES, PageActions
from bot.playground.page_state import Chats, describe_change, describe_workspace
from bot.playground.same_site import require_same_site
from bot.playground.slack import PlayedSlack
from bot.playground.slack.views.modals import CHANGE_KIND as VIEW_CHANGE_KIND
from bot.playground.slack.workspace import Change
from bot.playground.view_actions import ViewActions

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


def build_page_application(
    slack: PlayedSlack, *, model: PlayedModel | None = None, chats: Chats | None = None
) -> web.Application:
    """Build the page for `slack`, to be served on localhost. Only a played `model` can fail."""
    failures = Failures(slack, model)
    page = Page(slack, failures, chats or Chats())
    actions, view_actions = PageActions(slack, failures), ViewActions(slack)
    application = web.Application(client_max_size=MAX_UPLOAD_BYTES, middlewares=[require_same_site])
    application.on_shutdown.append(page.close_streams)
    application.router.add_get("/", page.get_index)
    application.router.add_get("/web/{name}", page.get_asset)
    application.router.add_get("/page/state", page.get_state)
    application.router.add_get("/page/events", page.stream_events)
    application.router.add_get("/page/files/{file}", page.get_file)
    for path, handler in (
        ("send", actions.send),
        ("example", actions.post_example),
        ("press", actions.press),
        ("shortcut", actions.choose_shortcut),
        ("global-shortcut", actions.choose_global_shortcut),
        ("submit-view", view_actions.submit),
        ("close-view", view_actions.close),
        ("delete-message", actions.delete_message),
        ("delete-file", actions.delete_file),
        ("stop", actions.stop),
        ("failures", actions.add_failure),
        ("clear-failures", actions.clear_failures),
        ("refresh-sockets", actions.refresh_sockets),
    ):
        application.router.add_post(f"/page/{path}", handler)
    return application


class Page:
    """The GET requests of the page's script."""

    def __init__(self, slack: PlayedSlack, failures: Failures, chats: Chats) -> None:
        self._workspace, self._modals = slack.workspace, slack.modals
        self._failures = failures
        self._chats = chats
        self._streams: set[asyncio.Queue[Change | None]] = set()

    async def get_index(self, _request: web.Request) -> web.Response:
        return _build_asset_response("index.html")

    async def get_asset(self, request: web.Request) -> web.Response:
        return _build_asset_response(request.match_info["name"])

    async def get_state(self, _request: web.Request) -> web.Response:
        limits = {"files": MAX_FILES, "bytes": MAX_UPLOAD_BYTES}
        told = describe_workspace(self._workspace) | {
            "chats": {"id": self._chats.id, "folder": self._chats.folder},
            "limits": limits,
            "views": self._modals.list_open(),
            "failures": {
                "choices": self._failures.list_choices(),
                "pending": self._failures.list_pending(),
            },
        }
        response = web.json_response(told)
        response.enable_compression()
        return response

    async def stream_events(self, request: web.Request) -> web.StreamResponse:
        """Stream the changes from now on as server-sent events."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self._workspace.watch() as changes, contextlib.suppress(ConnectionError):
            self._streams.add(changes)
            while event := await self._wait_for_event(changes):
                await response.write(event)
        self._streams.discard(changes)
        return response

    async def _wait_for_event(self, changes: asyncio.Queue[Change | None]) -> bytes:
        """Return the next change, a heartbeat if none comes for a while, or b"" at the end."""
        try:
            async with asyncio.timeout(_HEARTBEAT_SECONDS):
                change = await changes.get()
        except TimeoutError:
            return b": still here\n\n"
        if change is None:
            return b""
        told = describe_change(change, self._workspace)
        if change.kind == CHANGE_KIND:
            told["pending"] = self._failures.list_pending()
        if change.kind == VIEW_CHANGE_KIND:
            told["views"] = self._modals.list_open()
        return b"data: " + json.dumps(told).encode() + b"\n\n"

    async def close_streams(self, _application: web.Application) -> None:
        """End every stream of changes, because the server stops."""
        for changes in self._streams:
            changes.put_nowait(None)

    async def get_file(self, request: web.Request) -> web.StreamResponse:
        file = self._workspace.files.get(request.match_info["file"])
        if file is None or file.is_deleted:
            raise web.HTTPNotFound
        inline = file.mimetype in _INLINE_TYPES
        # A browser may save, but never show, a file that it might run.
        kind = file.mimetype if inline else "application/octet-stream"
        disposition = "inline" if inline else "attachment"
        name = re.sub(r"[^A-Za-z0-9._ -]", "_", file.name)
        headers = {"Content-Disposition": f'{disposition}; filename="{name}"'}
        return web.Response(body=file.data, content_type=kind, headers=headers)


def _build_asset_response(name: str) -> web.Response:
    # Only the names of existing files match, so no path can lead out of the folder.
    known = {path.name: path for path in _WEB_FOLDER.iterdir() if path.suffix in _CONTENT_TYPES}
    path = known.get(name)
    if path is None:
        raise web.HTTPNotFound
    kind = _CONTENT_TYPES[path.suffix]
    response = web.Response(text=path.read_text(encoding="utf-8"), content_type=kind)
    response.enable_compression()
    return response
