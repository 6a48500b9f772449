"""The playground's page over HTTP: its files, the workspace as JSON, and changes as they happen.

For a person at this machine only: requests from other sites are refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.same_site import refused, same_site
from bot.playground.slack import PlayedFile, PlayedMessage, PlayedSlack
from bot.playground.slack.workspace import BOT_USER, Change, Workspace

_WEB = Path(__file__).parent / "web"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_SHOWN_INLINE = ("image/png", "image/jpeg", "image/webp", "image/gif")
MOST_BYTES = 50 * 1024 * 1024
_MOST_FILES = 10
_LONGEST_TEXT = 40_000
_HEARTBEAT_SECONDS = 15.0


def page_application(slack: PlayedSlack) -> web.Application:
    """The page for `slack`, to be served on localhost."""
    page = Page(slack)
    application = web.Application(client_max_size=MOST_BYTES, middlewares=[same_site])
    application.on_shutdown.append(page.end)
    application.router.add_get("/", page.index)
    application.router.add_get("/web/{name}", page.asset)
    application.router.add_get("/page/state", page.state)
    application.router.add_get("/page/events", page.events)
    application.router.add_get("/page/files/{file}", page.file)
    application.router.add_post("/page/send", page.send)
    application.router.add_post("/page/press", page.press)
    application.router.add_post("/page/faults", page.fault)
    application.router.add_post("/page/refresh-sockets", page.refresh)
    return application


class Page:
    """What the page's script asks for."""

    def __init__(self, slack: PlayedSlack) -> None:
        self._slack = slack
        self._workspace = slack.workspace
        self._open: set[asyncio.Queue[Change | None]] = set()

    async def index(self, _request: web.Request) -> web.Response:
        return _asset("index.html")

    async def asset(self, request: web.Request) -> web.Response:
        return _asset(request.match_info["name"])

    async def state(self, _request: web.Request) -> web.Response:
        channels = [
            {
                "id": channel.id,
                "name": channel.name,
                "kind": channel.kind,
                "person": next(iter(channel.members - {BOT_USER}))
                if channel.kind == "im"
                else None,
            }
            for channel in self._workspace.channels.values()
        ]
        statuses = [
            {"channel": channel, "thread_ts": thread_ts, "status": status}
            for (channel, thread_ts), status in self._workspace.statuses().items()
        ]
        messages = [
            describe(message, self._workspace)
            for channel in self._workspace.channels
            for message in self._workspace.messages(channel)
        ]
        people = [{"id": key, "name": name} for key, name in self._workspace.people.items()]
        state = {"me": "U0ALEX", "bot": BOT_USER, "people": people, "channels": channels}
        return web.json_response({**state, "messages": messages, "statuses": statuses})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Changes as server-sent events, from now on."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self._workspace.watch() as changes, contextlib.suppress(ConnectionError):
            self._open.add(changes)
            while told := await _next_event(changes, self._workspace):
                await response.write(told)
        self._open.discard(changes)
        return response

    async def end(self, _application: web.Application) -> None:
        """The server stops: every stream of changes ends now."""
        for changes in self._open:
            changes.put_nowait(None)

    async def send(self, request: web.Request) -> web.Response:
        """A person posts, perhaps with files."""
        try:
            form = await request.post()
        except web.HTTPRequestEntityTooLarge:
            return refused(413, "That is more than 50 MB. Please send less at once.")
        except ValueError:
            return refused(400, "The message did not arrive whole. Please send it again.")
        channel, user = str(form.get("channel", "")), str(form.get("user", "U0ALEX"))
        text = str(form.get("text", "")).strip()[:_LONGEST_TEXT]
        thread_ts = str(form.get("thread_ts", "")) or None
        files = [
            (_file_name(part.filename), await asyncio.to_thread(part.file.read))
            for part in form.getall("files", [])[:_MOST_FILES]
            if isinstance(part, web.FileField)
        ]
        place = self._workspace.channels.get(channel)
        if place is None or user not in place.members or user == BOT_USER:
            return refused(404, "There is no such channel or person.")
        if not text and not files:
            return refused(400, "There is nothing to send. Write something or add a file.")
        if thread_ts and self._workspace.message(channel, thread_ts) is None:
            return refused(404, "The message you answer is gone.")
        typed = as_slack_text(text)
        ts = await self._slack.say(channel, typed, user=user, thread_ts=thread_ts, files=files)
        return web.json_response({"ts": ts})

    async def press(self, request: web.Request) -> web.Response:
        """A person presses a button under a message."""
        try:
            wanted = json.loads(await request.read())
            where = (str(wanted["channel"]), str(wanted["ts"]), str(wanted["action_id"]))
        except (ValueError, TypeError, KeyError):
            return refused(400, "Name a channel, a message and a button.")
        try:
            self._slack.press(*where)
        except LookupError:
            return refused(404, "That button is not there any more.")
        return web.json_response({"ok": True})

    async def file(self, request: web.Request) -> web.StreamResponse:
        file = self._workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        inline = file.mimetype in _SHOWN_INLINE
        # Anything a browser might run is only ever saved, never shown.
        kind = file.mimetype if inline else "application/octet-stream"
        way = "inline" if inline else "attachment"
        name = re.sub(r"[^A-Za-z0-9._ -]", "_", file.name)
        headers = {"Content-Disposition": f'{way}; filename="{name}"'}
        return web.Response(body=file.data, content_type=kind, headers=headers)

    async def fault(self, request: web.Request) -> web.Response:
        """Make a method of the Web API fail, to see how Easel copes."""
        try:
            wanted = json.loads(await request.read())
            method, times = str(wanted["method"]), int(wanted.get("times") or 1)
            status = int(wanted["status"]) if wanted.get("status") else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return refused(400, "Name a method and how it should fail.")
        error = str(wanted.get("error") or "") or None
        self._slack.fail(method, error=error, status=status, times=max(1, min(times, 100)))
        return web.json_response({"ok": True})

    async def refresh(self, _request: web.Request) -> web.Response:
        await self._slack.socket.refresh("refresh_requested")
        return web.json_response({"ok": True})


def describe(message: PlayedMessage, workspace: Workspace) -> dict[str, Any]:
    """A message as the page shows it, with the pictures that its blocks hold."""
    held = [workspace.files[file_id] for file_id in message.embedded if file_id in workspace.files]
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "thread_ts": message.thread_ts,
        "files": [_described_file(file) for file in [*message.files, *held]],
        "from_bot": message.from_bot,
        "markdown": message.markdown,
        "streaming": message.streaming,
        "edited": message.edited,
        "buttons": message.buttons,
    }


def as_slack_text(typed: str) -> str:
    """What Slack makes of typed text: entities, and “@Easel” as a mention."""
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"(?<!\w)@easel\b", f"<@{BOT_USER}>", escaped, flags=re.IGNORECASE)


def _described_file(file: PlayedFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "mimetype": file.mimetype,
        "size": len(file.data),
        "url": f"/page/files/{file.id}",
        "alt": file.alt,
        "width": file.width,
        "height": file.height,
    }


def _event(change: Change, workspace: Workspace) -> bytes:
    told: dict[str, Any] = {"kind": change.kind, "channel": change.channel}
    if change.kind == "status":
        told |= {"thread_ts": change.thread_ts, "status": change.status}
    elif change.message is not None and change.kind == "deleted":
        told |= {"ts": change.message.ts}
    elif change.message is not None:
        told |= {"message": describe(change.message, workspace)}
    return b"data: " + json.dumps(told).encode() + b"\n\n"


async def _next_event(changes: asyncio.Queue[Change | None], workspace: Workspace) -> bytes:
    """The next change, a sign of life when nothing happens for a while, b"" at the end."""
    try:
        async with asyncio.timeout(_HEARTBEAT_SECONDS):
            change = await changes.get()
            return b"" if change is None else _event(change, workspace)
    except TimeoutError:
        return b": still here\n\n"


def _asset(name: str) -> web.Response:
    # Names of files that are there, compared as a whole: no path can lead elsewhere.
    known = {path.name: path for path in _WEB.iterdir() if path.suffix in _TYPES}
    path = known.get(name)
    if path is None:
        raise web.HTTPNotFound
    kind = _TYPES[path.suffix]
    return web.Response(text=path.read_text(encoding="utf-8"), content_type=kind)


def _file_name(name: str) -> str:
    return re.sub(r"[\x00-\x1f/\\]", "_", name)[:200] or "file"
