"""What people do in a played workspace: they post, edit, delete, and press buttons.

Each action changes the workspace and sends the app what Slack would send. See `delivery.py` for
how it gets there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.playground.slack import deletion, events
from bot.playground.slack.delivery import Delivery
from bot.playground.slack.event_views import (
    AuthorName,
    build_author_fields,
    build_played_message,
    build_view_event,
    select_views,
)
from bot.playground.slack.files.descriptions import build_permalink, describe_message
from bot.playground.slack.files.kinds import PostedFile
from bot.playground.slack.files.uploads import FileMethods
from bot.playground.slack.interactions import (
    build_button_payload,
    build_global_shortcut_payload,
    build_shortcut_payload,
)
from bot.playground.slack.workspace import BOT_USER, Ephemeral, PlayedMessage, Workspace

_VIEWS = ("app_mention", "message")


class PersonActions(ABC):
    """The actions of people. Each raises `LookupError` if its message, file or button is gone."""

    workspace: Workspace
    origin: str

    @property
    @abstractmethod
    def uploads(self) -> FileMethods:
        """The methods that store files."""

    @abstractmethod
    def emit(self, event: dict[str, Any], *, event_id: str = "") -> Delivery:
        """Send any event to the app."""

    @abstractmethod
    def send_body(self, body: Any, *, kind: str = "events_api") -> Delivery:
        """Send a whole body to the app."""

    async def post_as_person(
        self,
        channel: str,
        text: str,
        *,
        user: str = "U0ALEX",
        thread_ts: str | None = None,
        files: Iterable[tuple[str, bytes] | PostedFile] = (),
        shared: tuple[str, str] | None = None,
        views: Sequence[str] = _VIEWS,
    ) -> str:
        """Post as a person; return the ts. `shared`: channel and ts of a message to share.

        A mention in a channel is sent in both `views`, in that order; write
        "app_mention without files" for an event that omits them.
        """
        uploads = [file if isinstance(file, PostedFile) else PostedFile(*file) for file in files]
        stored_files = [self.uploads.put(upload, user) for upload in uploads]
        message = PlayedMessage(
            ts=self.workspace.create_ts(),
            channel=channel,
            user=user,
            text=text,
            thread_ts=thread_ts,
            files=stored_files,
            shared_message=None if shared is None else self._get_message(*shared),
        )
        for file in stored_files:
            file.shares.append((channel, message.ts, thread_ts))
        self.workspace.add(message)
        self._send_views(message, views)
        return message.ts

    async def post_message(
        self,
        channel: str,
        fields: Mapping[str, Any],
        *,
        author: AuthorName = "person",
        user: str = "U0ALEX",
        thread_ts: str | None = None,
        views: Sequence[str] = _VIEWS,
    ) -> str:
        """Post a message of any shape as any author; return the ts.

        `fields` are its text, blocks, attachments and files, as Slack shows them.
        """
        message = build_played_message(
            self.workspace.create_ts(),
            channel,
            fields,
            author_fields=build_author_fields(author, user),
            thread_ts=thread_ts,
        )
        self.workspace.add(message)
        self._send_views(message, views)
        return message.ts

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Edit a message as a person. Does nothing if it is missing."""
        message = self.workspace.find_message(channel, ts)
        if message is None:
            return
        previous = describe_message(message, self.origin)
        message.text, message.edited_ts = text, self.workspace.create_ts()
        if message.content is not None:
            message.content = {"text": text}
        self.workspace.announce_change(message)
        place = self.workspace.channels[channel]
        if BOT_USER in place.members:
            described = describe_message(message, self.origin)
            self.emit(events.build_changed_event(described, previous, place, message.edited_ts))

    def add_preview(self, channel: str, ts: str, attachment: dict[str, Any]) -> Delivery:
        """Add the preview of a link to a message, as Slack does some time after the post."""
        message = self._get_message(channel, ts)
        previous = describe_message(message, self.origin)
        fields = message.content or {"text": message.text, "blocks": previous["blocks"]}
        shown = [*fields.get("attachments", []), attachment]
        message.content = {**fields, "attachments": shown}
        described, place = describe_message(message, self.origin), self.workspace.channels[channel]
        return self.emit(
            events.build_changed_event(described, previous, place, self.workspace.create_ts())
        )

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message as its author. Does nothing if it is missing."""
        message = self.workspace.find_message(channel, ts)
        if message is not None:
            self.delete_message(channel, ts, user=message.user)

    def delete_message(self, channel: str, ts: str, *, user: str = "U0ALEX") -> None:
        """Delete a message as a person, but not its files.

        The app gets `message_deleted`, or `message_changed` for a root with replies, which stays
        as a tombstone. Raises `PermissionError` if someone else wrote the message.
        """
        message = self._get_message(channel, ts)
        if message.user != user:
            raise PermissionError(ts)
        for event in deletion.delete_message(self.workspace, message, origin=self.origin):
            self.emit(event)

    def delete_file(self, file_id: str, *, user: str = "U0ALEX") -> None:
        """Delete a file of the person or of Easel, wherever it was shared.

        The app gets `file_deleted`, and `message_changed` for every message that showed the file.
        Raises `PermissionError` for another person's file.
        """
        file = self.workspace.files.get(file_id)
        if file is None or file.is_deleted:
            raise LookupError(file_id)
        if file.user not in (user, BOT_USER):
            raise PermissionError(file_id)
        for event in deletion.delete_file(self.workspace, file, origin=self.origin):
            self.emit(event)

    def join(self, channel: str, user: str) -> None:
        """Join a channel as a person."""
        joined = self.workspace.channels[channel]
        joined.members.add(user)
        self.emit(events.build_joined_event(user, joined, self.workspace.create_ts()))

    def press(
        self, channel: str, ts: str, action_id: str, *, user: str = "U0ALEX", value: str = ""
    ) -> Delivery:
        """Press a button under a message, or the entry or thumb that has this value."""
        message = self._get_message(channel, ts)
        for button in [*message.buttons, *message.controls]:
            if button["action_id"] == action_id and value in ("", button["value"]):
                pressed_at = self.workspace.create_ts()
                payload = build_button_payload(
                    message, button, user, action_ts=pressed_at, origin=self.origin
                )
                return self.send_body(payload, kind="interactive")
        raise LookupError(action_id)

    def press_ephemeral(self, shown: Ephemeral, action_id: str) -> Delivery:
        """Press a button of what one person sees, as that person."""
        pressed_at = self.workspace.create_ts()
        message = PlayedMessage(
            pressed_at, shown.channel, BOT_USER, shown.text, shown.thread_ts or None, from_bot=True
        )
        button = next(one for one in shown.buttons if one["action_id"] == action_id)
        payload = build_button_payload(
            message, button, shown.person, action_ts=pressed_at, origin=self.origin
        )
        payload["container"]["is_ephemeral"] = True
        del payload["message"]  # Slack keeps none
        return self.send_body(payload, kind="interactive")

    def choose_shortcut(
        self, channel: str, ts: str, callback_id: str, *, user: str = "U0ALEX"
    ) -> Delivery:
        """Choose a shortcut from a message's menu; the same one may be chosen again."""
        name = self.workspace.people[user].lower()
        payload = build_shortcut_payload(
            self._get_message(channel, ts),
            self.workspace.channels[channel],
            callback_id,
            user={"id": user, "name": name, "username": name},
            action_ts=self.workspace.create_ts(),
            origin=self.origin,
        )
        return self.send_body(payload, kind="interactive")

    def choose_global_shortcut(self, callback_id: str, *, user: str = "U0ALEX") -> Delivery:
        """Choose a shortcut that belongs to no message; the same one may be chosen again."""
        name = self.workspace.people[user].lower()
        payload = build_global_shortcut_payload(
            callback_id,
            user={"id": user, "username": name},
            action_ts=self.workspace.create_ts(),
        )
        return self.send_body(payload, kind="interactive")

    def press_stop(self, channel: str, root: str, *, user: str = "U0ALEX") -> Delivery:
        """Press Slack's own stop button in a thread."""
        thread = self.workspace.list_thread(channel, root)
        return self.emit(
            {
                "type": "agent_session_stopped",
                "channel": channel,
                "user": user,
                "thread_ts": root,
                "streaming_message_ts": [m.ts for m in thread if m.from_bot and m.streaming],
                "event_ts": self.workspace.create_ts(),
            }
        )

    def get_permalink(self, channel: str, ts: str) -> str:
        """Return the link to a message, as a person copies it."""
        return build_permalink(self._get_message(channel, ts))

    def build_event(self, channel: str, ts: str, view: str = "message") -> dict[str, Any]:
        """Build the event of a message in one of its views, without sending it."""
        return build_view_event(
            self.workspace, self._get_message(channel, ts), view, origin=self.origin
        )

    def _send_views(self, message: PlayedMessage, views: Sequence[str]) -> None:
        for view in select_views(self.workspace, message, views):
            self.emit(build_view_event(self.workspace, message, view, origin=self.origin))

    def _get_message(self, channel: str, ts: str) -> PlayedMessage:
        message = self.workspace.find_message(channel, ts)
        if message is None or message.deleted:
            raise LookupError(ts)
        return message
