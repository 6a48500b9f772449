"""Carries out in the played workspace what a person does on the playground's page.

Answers what cannot be done with a sentence for the person. See `page_state.py` for what the page
shows.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from aiohttp import web

from bot.playground.examples import EXAMPLES
from bot.playground.failures import Failures
from bot.playground.page_state import list_shortcuts
from bot.playground.same_site import build_refusal
from bot.playground.slack import PlayedSlack
from bot.playground.slack.workspace import BOT_USER, Workspace

MAX_FILES = 10
_TOO_MANY_FILES_MESSAGE = f"A message takes at most {MAX_FILES} files. Please send fewer."
_THREAD_GONE_MESSAGE = "The message you answer is gone."
_NOTHING_TO_SEND_MESSAGE = "There is nothing to send. Write something or add a file."
_MAX_TEXT_CHARS, _MAX_NAME_CHARS = 40_000, 200
_LINK_CHAR = r"(?!&[lg]t;)[^\s<>|]"
_TYPED_PATTERN = re.compile(
    rf"(?P<link>https?://(?:{_LINK_CHAR})*(?![.,;:!?'\")\]]){_LINK_CHAR})|(?<![\w/])[@#]\w+"
)


class PageActions:
    """The POST requests of the page, carried out in a played Slack."""

    def __init__(self, slack: PlayedSlack, failures: Failures) -> None:
        self._slack = slack
        self._failures = failures
        self._workspace = slack.workspace

    async def send(self, request: web.Request) -> web.Response:
        """Post a person's message with its files."""
        try:
            form = await request.post()
        except web.HTTPRequestEntityTooLarge:
            return build_refusal(413, "That is more than 50 MB. Please send less at once.")
        except ValueError:
            return build_refusal(400, "The message did not arrive whole. Please send it again.")
        channel_id, user = str(form.get("channel", "")), str(form.get("user", "U0ALEX"))
        text = str(form.get("text", "")).strip()[:_MAX_TEXT_CHARS]
        thread_ts = str(form.get("thread_ts", "")) or None
        parts = [part for part in form.getall("files", []) if isinstance(part, web.FileField)]
        files = [
            (_clean_file_name(part.filename), await asyncio.to_thread(part.file.read))
            for part in parts
        ]
        channel = self._workspace.channels.get(channel_id)
        if channel is None or user not in channel.members or user == BOT_USER:
            return build_refusal(404, "There is no such channel or person.")
        if len(files) > MAX_FILES or not (text or files):
            return build_refusal(
                400, _TOO_MANY_FILES_MESSAGE if files else _NOTHING_TO_SEND_MESSAGE
            )
        if thread_ts and self._workspace.find_message(channel_id, thread_ts) is None:
            return build_refusal(404, _THREAD_GONE_MESSAGE)
        slack_text = format_slack_text(text, self._workspace)
        ts = await self._slack.post_as_person(
            channel_id, slack_text, user=user, thread_ts=thread_ts, files=files
        )
        return web.json_response({"ts": ts})

    async def post_example(self, request: web.Request) -> web.Response:
        """Post a message of a kind that cannot be written in the page's field."""
        try:
            channel, user, name = await _read_texts(request, "channel", "user", "example")
        except ValueError:
            return build_refusal(400, "Name a channel, a person and an example.")
        example, thread_ts = EXAMPLES.get(name), await _read_thread_ts(request)
        if example is None or not self._is_member(channel, user):
            return build_refusal(404, "There is no such example, channel or person.")
        if thread_ts and self._workspace.find_message(channel, thread_ts) is None:
            return build_refusal(404, _THREAD_GONE_MESSAGE)
        ts = await self._slack.post_message(
            channel, example.fields, author=example.author, user=user, thread_ts=thread_ts
        )
        return web.json_response({"ts": ts})

    async def press(self, request: web.Request) -> web.Response:
        """Press a button under a message for a person."""
        try:
            channel, ts, action, value, user = await _read_texts(
                request, "channel", "ts", "action_id", "value", "user"
            )
        except ValueError:
            return build_refusal(400, "Name a channel, a message, a person and a button.")
        if not self._is_member(channel, user):
            return build_refusal(404, "There is no such channel or person.")
        try:
            self._slack.press(channel, ts, action, value=value, user=user)
        except LookupError:
            return build_refusal(404, "That button is not there any more.")
        return web.json_response({"ok": True})

    async def choose_shortcut(self, request: web.Request) -> web.Response:
        """Choose a shortcut in a message's menu for a person."""
        try:
            channel, ts, callback_id, user = await _read_texts(
                request, "channel", "ts", "callback_id", "user"
            )
        except ValueError:
            return build_refusal(400, "Name a channel, a message, a shortcut and a person.")
        if callback_id not in {shortcut["callback_id"] for shortcut in list_shortcuts("message")}:
            return build_refusal(404, "Easel has no such shortcut.")
        if not self._is_member(channel, user):
            return build_refusal(404, "There is no such channel or person.")
        try:
            self._slack.choose_shortcut(channel, ts, callback_id, user=user)
        except LookupError:
            return build_refusal(404, "That message is not there any more.")
        return web.json_response({"ok": True})

    async def choose_global_shortcut(self, request: web.Request) -> web.Response:
        """Choose a shortcut that belongs to no message for a person."""
        try:
            callback_id, user = await _read_texts(request, "callback_id", "user")
        except ValueError:
            return build_refusal(400, "Name a shortcut and a person.")
        known = {shortcut["callback_id"] for shortcut in list_shortcuts("global")}
        if callback_id not in known or user not in self._workspace.people or user == BOT_USER:
            return build_refusal(404, "There is no such shortcut or person.")
        self._slack.choose_global_shortcut(callback_id, user=user)
        return web.json_response({"ok": True})

    async def delete_message(self, request: web.Request) -> web.Response:
        """Delete a person's own message."""
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
        """Delete a file of the person or of Easel."""
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

    async def stop(self, request: web.Request) -> web.Response:
        """Press Slack's own stop button in a thread for a person."""
        try:
            channel, root, user = await _read_texts(request, "channel", "thread_ts", "user")
        except ValueError:
            return build_refusal(400, "Name a channel, a thread and a person.")
        if not self._is_member(channel, user):
            return build_refusal(404, "There is no such channel or person.")
        if not self._workspace.list_thread(channel, root):
            return build_refusal(404, _THREAD_GONE_MESSAGE)
        self._slack.press_stop(channel, root, user=user)
        return web.json_response({"ok": True})

    async def add_failure(self, request: web.Request) -> web.Response:
        """Let something fail, to see how Easel copes."""
        try:
            place, way = await _read_texts(request, "place", "way")
            times = int((await _read_object(request)).get("times") or 1)
        except (ValueError, TypeError, OverflowError):
            return build_refusal(400, "Say what should fail, how, and how many times.")
        try:
            self._failures.add(place, way, times)
        except LookupError:
            return build_refusal(404, "That cannot fail in this way.")
        return web.json_response({"pending": self._failures.list_pending()})

    async def clear_failures(self, _request: web.Request) -> web.Response:
        self._failures.clear()
        return web.json_response({"pending": []})

    async def refresh_sockets(self, _request: web.Request) -> web.Response:
        await self._slack.socket.refresh("refresh_requested")
        return web.json_response({"ok": True})

    def _is_member(self, channel_id: str, user: str) -> bool:
        channel = self._workspace.channels.get(channel_id)
        return channel is not None and user in channel.members and user != BOT_USER


async def _read_texts(request: web.Request, *names: str) -> list[str]:
    """Return the texts of a JSON body by `names`. Raises `ValueError` if one is missing."""
    body = await _read_object(request)
    found = [body.get(name) for name in names]
    texts = [text for text in found if isinstance(text, str) and text]
    if len(texts) < len(names):
        raise ValueError(", ".join(names))
    return texts


async def _read_thread_ts(request: web.Request) -> str | None:
    """Return the thread that a JSON body names, None if it names none."""
    thread_ts = (await _read_object(request)).get("thread_ts")
    return thread_ts if isinstance(thread_ts, str) and thread_ts else None


async def _read_object(request: web.Request) -> dict[str, Any]:
    """Return the JSON object of a body, an empty one for other JSON. Raises `ValueError`."""
    try:
        body = json.loads(await request.read())
    except RecursionError as error:
        raise ValueError("too deep") from error
    return body if isinstance(body, dict) else {}


def format_slack_text(text: str, workspace: Workspace) -> str:
    """Convert typed text as Slack does: entities, links in <>, and the names of people, groups and
    channels, and those that call all, after @ and # as references."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    references = _list_references(workspace)

    def convert(found: re.Match[str]) -> str:
        return f"<{found[0]}>" if found["link"] else references.get(found[0].lower(), found[0])

    return _TYPED_PATTERN.sub(convert, escaped)


def _list_references(workspace: Workspace) -> dict[str, str]:
    """Return what Slack makes of each name of the workspace that is typed with its sign."""
    channels = [one for one in workspace.channels.values() if one.kind == "channel"]
    references = {
        **{f"@{name}": f"<!{name}>" for name in ("here", "channel", "everyone")},
        **{f"@{handle}": f"<!subteam^{group}>" for group, handle in workspace.groups.items()},
        **{f"@{name}": f"<@{person}>" for person, name in workspace.people.items()},
        **{f"#{channel.name}": f"<#{channel.id}|{channel.name}>" for channel in channels},
    }
    return {name.lower(): reference for name, reference in references.items()}


def _clean_file_name(name: str) -> str:
    safe_name = re.sub(r"[\x00-\x1f/\\]", "_", name) or "file"
    # The end of a long name holds the ending, which tells the type.
    return (
        safe_name if len(safe_name) <= _MAX_NAME_CHARS else f"{safe_name[:180]}…{safe_name[-19:]}"
    )
