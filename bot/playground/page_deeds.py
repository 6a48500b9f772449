"""What a person does on the playground's page, done in the played workspace.

What cannot be done is answered with a sentence for the person. Shows nothing.
"""

from __future__ import annotations

import asyncio
import json
import re

from aiohttp import web

from bot.playground.page_told import list_message_shortcuts
from bot.playground.same_site import build_refusal
from bot.playground.slack import PlayedSlack
from bot.playground.slack.workspace import BOT_USER

_MAX_FILES = 10
_TOO_MANY_FILES_MESSAGE = f"A message takes at most {_MAX_FILES} files. Please send fewer."
_NOTHING_TO_SEND_MESSAGE = "There is nothing to send. Write something or add a file."
_MAX_TEXT_CHARS, _MAX_NAME_CHARS = 40_000, 200
_LINK_CHAR = r"(?!&[lg]t;)[^\s<>|]"
_LINK_PATTERN = re.compile(rf"https?://(?:{_LINK_CHAR})*(?![.,;:!?'\")\]]){_LINK_CHAR}")


class PageActions:
    """The page's POSTs over a played Slack."""

    def __init__(self, slack: PlayedSlack) -> None:
        self._slack = slack
        self._workspace = slack.workspace

    async def send(self, request: web.Request) -> web.Response:
        """A person posts, perhaps with files."""
        try:
            form = await request.post()
        except web.HTTPRequestEntityTooLarge:
            return build_refusal(413, "That is more than 50 MB. Please send less at once.")
        except ValueError:
            return build_refusal(400, "The message did not arrive whole. Please send it again.")
        channel, user = str(form.get("channel", "")), str(form.get("user", "U0ALEX"))
        text = str(form.get("text", "")).strip()[:_MAX_TEXT_CHARS]
        thread_ts = str(form.get("thread_ts", "")) or None
        parts = [part for part in form.getall("files", []) if isinstance(part, web.FileField)]
        files = [
            (_clean_file_name(part.filename), await asyncio.to_thread(part.file.read))
            for part in parts
        ]
        place = self._workspace.channels.get(channel)
        if place is None or user not in place.members or user == BOT_USER:
            return build_refusal(404, "There is no such channel or person.")
        if len(files) > _MAX_FILES or not (text or files):
            return build_refusal(
                400, _TOO_MANY_FILES_MESSAGE if files else _NOTHING_TO_SEND_MESSAGE
            )
        if thread_ts and self._workspace.find_message(channel, thread_ts) is None:
            return build_refusal(404, "The message you answer is gone.")
        typed = format_slack_text(text)
        ts = await self._slack.say(channel, typed, user=user, thread_ts=thread_ts, files=files)
        return web.json_response({"ts": ts})

    async def press(self, request: web.Request) -> web.Response:
        """A person presses a button under a message."""
        try:
            channel, ts, action = await _read_texts(request, "channel", "ts", "action_id")
        except ValueError:
            return build_refusal(400, "Name a channel, a message and a button.")
        try:
            self._slack.press(channel, ts, action)
        except LookupError:
            return build_refusal(404, "That button is not there any more.")
        return web.json_response({"ok": True})

    async def choose_shortcut(self, request: web.Request) -> web.Response:
        """A person chooses a shortcut in a message's menu."""
        try:
            *where, chosen, user = await _read_texts(
                request, "channel", "ts", "callback_id", "user"
            )
        except ValueError:
            return build_refusal(400, "Name a channel, a message, a shortcut and a person.")
        if chosen not in {one["callback_id"] for one in list_message_shortcuts()}:
            return build_refusal(404, "Easel has no such shortcut.")
        if not self._is_member(where[0], user):
            return build_refusal(404, "There is no such channel or person.")
        try:
            self._slack.choose_shortcut(where[0], where[1], chosen, user=user)
        except LookupError:
            return build_refusal(404, "That message is not there any more.")
        return web.json_response({"ok": True})

    async def delete_message(self, request: web.Request) -> web.Response:
        """A person deletes a message of their own."""
        try:
            channel, ts, user = await _read_texts(request, "channel", "ts", "user")
        except ValueError:
            return build_refusal(400, "Name a channel, a message and a person.")
        try:
            self._slack.delete_message(channel, ts, user=user)
        except LookupError:
            return build_refusal(404, "That message is not there any more.")
        except PermissionError:
            return build_refusal(403, "Only who wrote a message can delete it.")
        return web.json_response({"ok": True})

    async def delete_file(self, request: web.Request) -> web.Response:
        """A person deletes a file, theirs or Easel's."""
        try:
            file, user = await _read_texts(request, "file", "user")
        except ValueError:
            return build_refusal(400, "Name a file and a person.")
        try:
            self._slack.delete_file(file, user=user)
        except LookupError:
            return build_refusal(404, "That file is not there any more.")
        except PermissionError:
            return build_refusal(403, "Only who uploaded a file can delete it.")
        return web.json_response({"ok": True})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Make a method of the Web API fail, to see how Easel copes."""
        try:
            wanted = json.loads(await request.read())
            method, times = str(wanted["method"]), int(wanted.get("times") or 1)
            status = int(wanted["status"]) if wanted.get("status") else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return build_refusal(400, "Name a method and how it should fail.")
        error = str(wanted.get("error") or "") or None
        self._slack.fail(method, error=error, status=status, times=max(1, min(times, 100)))
        return web.json_response({"ok": True})

    async def refresh_sockets(self, _request: web.Request) -> web.Response:
        await self._slack.socket.refresh("refresh_requested")
        return web.json_response({"ok": True})

    def _is_member(self, channel: str, user: str) -> bool:
        place = self._workspace.channels.get(channel)
        return place is not None and user in place.members and user != BOT_USER


async def _read_texts(request: web.Request, *names: str) -> list[str]:
    """The texts of a JSON body under these names. Raises `ValueError` where one is missing."""
    wanted = json.loads(await request.read())
    found = [wanted.get(name) for name in names] if isinstance(wanted, dict) else []
    texts = [text for text in found if isinstance(text, str) and text]
    if len(texts) < len(names):
        raise ValueError(", ".join(names))
    return texts


def format_slack_text(text: str) -> str:
    """What Slack makes of typed text: entities, links in <>, and “@Easel” as a mention."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _LINK_PATTERN.sub(lambda link: f"<{link[0]}>", escaped)
    return re.sub(r"(?<![\w/])@easel\b", f"<@{BOT_USER}>", linked, flags=re.IGNORECASE)


def _clean_file_name(name: str) -> str:
    plain = re.sub(r"[\x00-\x1f/\\]", "_", name) or "file"
    # Of a long one the end tells what it is.
    return plain if len(plain) <= _MAX_NAME_CHARS else f"{plain[:180]}…{plain[-19:]}"
