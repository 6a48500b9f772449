"""The chat methods, including streams, with the limits that Slack enforces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.slack.blocks.controls import list_buttons, list_controls
from bot.playground.slack.content import (
    MAX_MARKDOWN_CHARS,
    Args,
    read_blocks,
    read_content,
    read_metadata,
    read_text,
)
from bot.playground.slack.faults import ApiError
from bot.playground.slack.files.descriptions import describe_message
from bot.playground.slack.views.alone import show_alone
from bot.playground.slack.workspace import (
    BOT_USER,
    Ephemeral,
    PlayedChannel,
    PlayedMessage,
    Workspace,
)

MAX_TEXT_CHARS = 40_000
MAX_UPDATE_CHARS = 4_000
MAX_STREAM_BYTES = 11_000


class ChatMethods:
    """The methods chat.* and assistant.threads.setStatus of a workspace.

    Each raises `ApiError` as Slack does.
    """

    def __init__(self, workspace: Workspace, *, origin: str, stream_lifetime: float) -> None:
        self._workspace = workspace
        self._origin = origin
        self._lifetime = stream_lifetime

    def post(self, args: Args) -> dict[str, Any]:
        channel = find_open_channel(self._workspace, args)
        content = read_content(args)
        message = PlayedMessage(
            ts=self._workspace.create_ts(),
            channel=channel.id,
            user=BOT_USER,
            text="",
            thread_ts=self._resolve_root(channel, args),
            from_bot=True,
            unfurls=not (_is_false(args, "unfurl_links") and _is_false(args, "unfurl_media")),
        )
        content.fill(message)
        message.text = message.text[:MAX_TEXT_CHARS]
        self._workspace.add(message)
        return self._build_answer(message)

    def post_ephemeral(self, args: Args) -> dict[str, Any]:
        """Show a text to one person. It clears no status and is in no thread's replies."""
        channel, person = find_open_channel(self._workspace, args), read_text(args, "user")
        content = read_content(args)
        if person not in channel.members:
            raise ApiError("user_not_in_channel")
        root = self._resolve_root(channel, args)
        if root is None or len(self._workspace.list_thread(channel.id, root)) > 1:
            # Slack shows none in a thread without replies.
            buttons = tuple(list_buttons(read_blocks(args) or []))
            self._workspace.ephemerals.append(
                Ephemeral(channel.id, root or "", person, content.text, buttons)
            )
            self._workspace.wake_waiters()
            if root is not None:
                show_alone(
                    self._workspace, (channel.id, root), person, content.text, is_markdown=True
                )
        return {"message_ts": self._workspace.create_ts()}

    def update(self, args: Args) -> dict[str, Any]:
        message = self._find_own_message(args, not_owned_code="cant_update_message")
        if message.streaming and not self._is_over(message):
            raise ApiError("streaming_state_conflict")
        message.streaming = False
        content = read_content(args)
        if len(read_text(args, "text")) > MAX_UPDATE_CHARS:
            raise ApiError("msg_too_long")
        content.fill(message)
        message.edited_ts = self._workspace.create_ts()
        self._workspace.announce_change(message)
        return self._build_answer(message)

    def delete(self, args: Args) -> dict[str, Any]:
        message = self._find_own_message(args, not_owned_code="cant_delete_message")
        self._workspace.delete(message.channel, message.ts)
        return {"channel": message.channel, "ts": message.ts}

    def start_stream(self, args: Args) -> dict[str, Any]:
        channel = find_open_channel(self._workspace, args)
        recipient = read_text(args, "recipient_user_id")
        if channel.kind != "im":
            if not recipient:
                raise ApiError("missing_recipient_user_id")
            if not read_text(args, "recipient_team_id"):
                raise ApiError("missing_recipient_team_id")
            if recipient not in self._workspace.people or recipient == BOT_USER:
                raise ApiError("invalid_recipient_user_id")
        root, text = read_text(args, "thread_ts"), _read_stream_text(args)
        found = self._workspace.find_message(channel.id, root)
        if found is None or found.thread_ts not in (None, root):
            raise ApiError("invalid_thread_ts")
        if len(text.encode()) > MAX_STREAM_BYTES:
            raise ApiError("msg_too_long")
        message = PlayedMessage(
            ts=self._workspace.create_ts(),
            channel=channel.id,
            user=BOT_USER,
            text=text,
            thread_ts=root,
            from_bot=True,
            markdown=True,
            streaming=True,
            unfurls=False,
            stream_started=self._workspace.clock(),
            recipient=recipient,
        )
        self._workspace.add(message)
        self._workspace.sessions.add((channel.id, root))
        return {"channel": channel.id, "ts": message.ts}

    def append_stream(self, args: Args) -> dict[str, Any]:
        message = self._find_streaming_message(args)
        text = _read_stream_text(args)
        if not text:
            raise ApiError("no_text")
        self._append_text(message, text)
        return {"channel": message.channel, "ts": message.ts}

    def stop_stream(self, args: Args) -> dict[str, Any]:
        message = self._find_streaming_message(args)
        # All is checked before anything changes.
        blocks, metadata = read_blocks(args) or [], read_metadata(args)
        self._append_text(message, _read_stream_text(args))
        message.streaming, message.metadata = False, metadata
        message.buttons, message.controls = list_buttons(blocks), list_controls(blocks)
        self._workspace.announce_change(message)
        return self._build_answer(message)

    def set_status(self, args: Args) -> dict[str, Any]:
        channel = _find_channel(self._workspace, read_text(args, "channel_id"))
        root = read_text(args, "thread_ts")
        if self._workspace.find_message(channel.id, root) is None:
            raise ApiError("invalid_thread_ts")
        self._workspace.set_status(channel.id, root, read_text(args, "status"))
        return {}

    def _append_text(self, message: PlayedMessage, text: str) -> None:
        if len((message.text + text).encode()) > MAX_STREAM_BYTES:
            raise ApiError("msg_too_long")
        message.text += text
        self._workspace.announce_change(message)

    def _find_streaming_message(self, args: Args) -> PlayedMessage:
        message = self._find_own_message(args)
        if self._is_over(message):
            message.streaming = False
        if not message.streaming:
            raise ApiError("message_not_in_streaming_state")
        return message

    def _is_over(self, message: PlayedMessage) -> bool:
        return self._workspace.clock() - message.stream_started > self._lifetime

    def _find_own_message(
        self, args: Args, *, not_owned_code: str = "message_not_owned_by_app"
    ) -> PlayedMessage:
        channel = find_open_channel(self._workspace, args)
        message = self._workspace.find_message(channel.id, read_text(args, "ts"))
        if message is None:
            raise ApiError("message_not_found")
        if not message.from_bot:
            raise ApiError(not_owned_code)
        return message

    def _resolve_root(self, channel: PlayedChannel, args: Args) -> str | None:
        root = read_text(args, "thread_ts")
        if not root:
            return None
        found = self._workspace.find_message(channel.id, root)
        if found is not None and found.thread_ts not in (None, root):
            raise ApiError("cannot_reply_to_message")
        return root

    def _build_answer(self, message: PlayedMessage) -> dict[str, Any]:
        described = describe_message(message, self._origin)
        return {"channel": message.channel, "ts": message.ts, "message": described}


def find_open_channel(workspace: Workspace, args: Args) -> PlayedChannel:
    """Return the channel of a call. Raises `ApiError` if it is unknown, archived, or not joined."""
    channel = _find_channel(workspace, read_text(args, "channel"))
    if channel.archived:
        raise ApiError("is_archived")
    if BOT_USER not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _find_channel(workspace: Workspace, channel_id: str) -> PlayedChannel:
    if channel_id.startswith("U"):  # a person's direct messages with the app
        channel_id = f"D{channel_id[1:]}"
    found = workspace.channels.get(channel_id)
    if found is None:
        raise ApiError("channel_not_found")
    return found


def _read_stream_text(args: Args) -> str:
    markdown, chunks = read_text(args, "markdown_text"), args.get("chunks")
    if isinstance(chunks, str):
        chunks = json.loads(chunks)
    if markdown and chunks:
        raise ApiError("cannot_provide_both_markdown_text_and_chunks")
    if chunks:
        markdown = "".join(str(c.get("text", "")) for c in chunks if isinstance(c, Mapping))
    if len(markdown) > MAX_MARKDOWN_CHARS:
        raise ApiError("msg_too_long")
    return markdown


def _is_false(args: Args, name: str) -> bool:
    return args.get(name) in (False, "false", "0", 0)
