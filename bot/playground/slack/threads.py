"""`conversations.replies`: a thread, a part of it, or a single message of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.playground.slack.chat import find_open_channel
from bot.playground.slack.descriptions import describe_message
from bot.playground.slack.faults import ApiError
from bot.playground.slack.workspace import PlayedMessage, Workspace

Args = Mapping[str, Any]


def list_replies(workspace: Workspace, args: Args, *, origin: str) -> dict[str, Any]:
    """The messages of a thread within the bounds, page by page, oldest first."""
    channel, ts = find_open_channel(workspace, args), str(args.get("ts") or "")
    found, alone = workspace.list_thread(channel.id, ts), workspace.find_message(channel.id, ts)
    if not found and alone is not None:
        found = [alone]  # asked for by a reply's own ts, Slack gives that reply
    if not found:
        raise ApiError("thread_not_found")
    wanted = _build_filter(args)
    kept = [message for message in found if wanted(message, message is found[0])]
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 1000)
    marked = _is_true(args, "include_all_metadata")
    page = [
        describe_message(message, origin, with_metadata=marked)
        for message in kept[start : start + limit]
    ]
    more = start + limit < len(kept)
    return {
        "messages": page,
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def _build_filter(args: Args) -> Callable[[PlayedMessage, bool], bool]:
    """Whether a message is within `oldest` and `latest`, themselves included if so asked.

    The root comes whatever the bounds are, unless they name one message.
    """
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9")
    inclusive = _is_true(args, "inclusive")
    one = inclusive and oldest == latest

    def is_within(message: PlayedMessage, is_root: bool) -> bool:  # noqa: FBT001
        at_bound = inclusive and message.ts in (oldest, latest)
        return oldest < message.ts < latest or at_bound or (is_root and not one)

    return is_within


def _is_true(args: Args, name: str) -> bool:
    return str(args.get(name)).lower() in ("true", "1")
