"""Agent sessions: threads in which the app has shown a status or streamed, and their titles.

A method of the API and an act of people. See docs.slack.dev, "agents.sessions.rename".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.playground.slack.content import Args, read_text
from bot.playground.slack.faults import ApiError
from bot.playground.slack.workspace import BOT_USER, TEAM, Change, Workspace

MAX_TITLE_CHARS = 200


class AgentSessions:
    """The titles of a workspace's sessions.

    `emit` sends an event to the app. Of the titles that the app gives itself only if it `echoes`.
    """

    def __init__(
        self,
        workspace: Workspace,
        emit: Callable[[dict[str, Any]], object],
        *,
        echoes: bool = True,
    ) -> None:
        self._workspace = workspace
        self._emit = emit
        self._echoes = echoes

    def rename(self, args: Args) -> dict[str, Any]:
        """Answer `agents.sessions.rename`. Raises `ApiError`."""
        channel = self._workspace.channels.get(read_text(args, "channel_id"))
        if channel is None:
            raise ApiError("channel_not_found")
        if BOT_USER not in channel.members:
            raise ApiError("not_in_channel")
        root, title = read_text(args, "thread_ts"), args.get("title")
        if not isinstance(title, str) or not 1 <= len(title) <= MAX_TITLE_CHARS:
            raise ApiError("invalid_arguments")
        if (channel.id, root) not in self._workspace.sessions:
            raise ApiError("not_authorized")
        self._set(channel.id, root, title, user=BOT_USER)
        return {"title": title}

    def rename_as_person(self, channel: str, root: str, title: str) -> None:
        """Give a session a title as the first person. Raises `LookupError` where there is none."""
        if (channel, root) not in self._workspace.sessions:
            raise LookupError(root)
        self._set(channel, root, title, user="U0ALEX")

    def _set(self, channel: str, root: str, title: str, *, user: str) -> None:
        before = self._workspace.titles.get((channel, root))
        self._workspace.titles[channel, root] = title
        self._workspace.publish(Change("title", channel, root, status=title))
        if user == BOT_USER and not self._echoes:
            return
        event = {
            "type": "agent_session_title_changed",
            "channel": channel,
            "user": user,
            "team_id": TEAM,
            "thread_ts": root,
            "title": title,
            "event_ts": self._workspace.create_ts(),
        }
        self._emit(event if before is None else event | {"previous_title": before})
