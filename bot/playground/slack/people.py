"""What people do in a played workspace: they post, edit, delete, and press buttons.

Each deed changes the workspace and sends the app what Slack would send; how it gets there is
not decided here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from bot.playground.slack import events, removal
from bot.playground.slack.delivery import Delivery
from bot.playground.slack.descriptions import build_permalink
from bot.playground.slack.interactions import build_button_payload, build_shortcut_payload
from bot.playground.slack.kinds import PostedFile
from bot.playground.slack.uploads import FileMethods
from bot.playground.slack.views import build_view_event, select_views
from bot.playground.slack.workspace import BOT_USER, PlayedMessage, Workspace

_VIEWS = ("app_mention", "message")


class PersonActions(ABC):
    """The deeds. Each raises `LookupError` where what it is done to is not there."""

    workspace: Workspace
    origin: str

    @property
    @abstractmethod
    def uploads(self) -> FileMethods:
        """Where files are kept."""

    @abstractmethod
    def emit(self, event: dict[str, Any], *, event_id: str = "") -> Delivery:
        """Send any event to the app, as it is."""

    @abstractmethod
    def send_body(self, body: dict[str, Any], *, kind: str = "events_api") -> Delivery:
        """Send a whole body to the app."""

    async def say(
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
        """A person posts; return the ts. `shared`: channel and ts of a message that is passed on.

        A mention in a channel is sent in both `views`, in that order; write
        "app_mention without files" for one that does not carry them.
        """
        posted = [one if isinstance(one, PostedFile) else PostedFile(*one) for one in files]
        uploaded = [self.uploads.put(one, user) for one in posted]
        message = PlayedMessage(
            ts=self.workspace.create_ts(),
            channel=channel,
            user=user,
            text=text,
            thread_ts=thread_ts,
            files=uploaded,
            shared_message=None if shared is None else self._get_message(*shared),
        )
        for file in uploaded:
            file.shares.append((channel, message.ts, thread_ts))
        self.workspace.add(message)
        for view in select_views(self.workspace, message, views):
            self.emit(build_view_event(self.workspace, message, view, origin=self.origin))
        return message.ts

    def edit(self, channel: str, ts: str, text: str) -> None:
        """A person edits a message."""
        message = self.workspace.find_message(channel, ts)
        if message is not None:
            before, message.text, message.edited = message.text, text, True
            self.workspace.announce_change(message)
            place = self.workspace.channels[channel]
            news = events.build_edited_event(
                message, place, self.workspace.create_ts(), origin=self.origin, old_text=before
            )
            self.emit(news)

    def delete(self, channel: str, ts: str) -> None:
        """Somebody who may deletes a message, whoever wrote it; nothing happens if it is gone."""
        message = self.workspace.find_message(channel, ts)
        if message is not None:
            self.delete_message(channel, ts, user=message.user)

    def delete_message(self, channel: str, ts: str, *, user: str = "U0ALEX") -> None:
        """A person deletes a message of their own; its files stay.

        The app hears `message_deleted`. A root with replies stays as a tombstone, of which Slack
        tells as `message_changed`. Raises `PermissionError` for another's message.
        """
        message = self._get_message(channel, ts)
        if message.user != user:
            raise PermissionError(ts)
        for event in removal.delete_message(self.workspace, message, origin=self.origin):
            self.emit(event)

    def delete_file(self, file_id: str, *, user: str = "U0ALEX") -> None:
        """A person deletes a file, theirs or Easel's, wherever it was shared.

        The app hears `file_deleted`, and `message_changed` for every message that showed it.
        Raises `PermissionError` for another person's file.
        """
        file = self.workspace.files.get(file_id)
        if file is None or file.is_deleted:
            raise LookupError(file_id)
        if file.user not in (user, BOT_USER):
            raise PermissionError(file_id)
        for event in removal.delete_file(self.workspace, file, origin=self.origin):
            self.emit(event)

    def join(self, channel: str, user: str) -> None:
        """A person joins a channel."""
        place = self.workspace.channels[channel]
        place.members.add(user)
        self.emit(events.build_joined_event(user, place, self.workspace.create_ts()))

    def press(self, channel: str, ts: str, action_id: str, *, user: str = "U0ALEX") -> Delivery:
        """A person presses a button under a message."""
        message = self._get_message(channel, ts)
        for button in message.buttons:
            if button["action_id"] == action_id:
                return self.send_body(
                    build_button_payload(message, button, user), kind="interactive"
                )
        raise LookupError(action_id)

    def choose_shortcut(
        self, channel: str, ts: str, callback_id: str, *, user: str = "U0ALEX"
    ) -> Delivery:
        """A person chooses a shortcut from a message's menu, as often as they like."""
        name = self.workspace.people[user].lower()
        chosen = build_shortcut_payload(
            self._get_message(channel, ts),
            self.workspace.channels[channel],
            callback_id,
            user={"id": user, "name": name, "username": name},
            action_ts=self.workspace.create_ts(),
            origin=self.origin,
        )
        return self.send_body(chosen, kind="interactive")

    def press_stop(self, channel: str, root: str, *, user: str = "U0ALEX") -> Delivery:
        """A person presses Slack's own stop button in a thread."""
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
        """The link to a message that a person copies."""
        return build_permalink(self._get_message(channel, ts))

    def build_event(self, channel: str, ts: str, view: str = "message") -> dict[str, Any]:
        """The event of a message that was said without being sent, in one of its views."""
        return build_view_event(
            self.workspace, self._get_message(channel, ts), view, origin=self.origin
        )

    def _get_message(self, channel: str, ts: str) -> PlayedMessage:
        message = self.workspace.find_message(channel, ts)
        if message is None or message.deleted:
            raise LookupError(ts)
        return message
