"""The methods `conversations.replies` and `conversations.history`: a thread, or a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.playground.slack.chat import find_open_channel
from bot.playground.slack.faults import ApiError
from bot.playground.slack.files.descriptions import describe_message
from bot.playground.slack.workspace import PlayedMessage, Workspace

Args = Mapping[str, Any]


def list_replies(workspace: Workspace, args: Args, *, origin: str) -> dict[str, Any]:
    """Return one page of a thread's messages within the bounds, oldest first.

    Raises `ApiError` as Slack does.
    """
    channel, ts = find_open_channel(workspace, args), str(args.get("ts") or "")
    found, single = workspace.list_thread(channel.id, ts), workspace.find_message(channel.id, ts)
    if not found and single is not None:
        found = [single]  # for the ts of a reply, Slack returns that reply
    if not found:
        raise ApiError("thread_not_found")
    is_within = _build_filter(args)
    selected = [message for message in found if is_within(message, message is found[0])]
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 1000)
    with_metadata = _is_true(args, "include_all_metadata")
    page = [
        describe_message(message, origin, with_metadata=with_metadata)
        for message in selected[start : start + limit]
    ]
    has_more = start + limit < len(selected)
    return {
        "messages": page,
        "has_more": has_more,
        "response_metadata": {"next_cursor": str(start + limit) if has_more else ""},
    }


def list_history(workspace: Workspace, args: Args, *, origin: str) -> dict[str, Any]:
    """Return the newest messages of a channel that are in no thread, or begin one, newest first.

    Raises `ApiError` as Slack does.
    """
    channel = find_open_channel(workspace, args)
    oldest, limit = str(args.get("oldest") or "0"), int(args.get("limit") or 100)
    latest = str(args.get("latest") or "")
    if limit > 999:
        raise ApiError("invalid_limit")
    found = [
        message
        for message in workspace.list_messages(channel.id)
        if message.root == message.ts
        and message.ts > oldest
        and (not latest or message.ts < latest)
    ]
    with_metadata = _is_true(args, "include_all_metadata")
    newest = sorted(found, key=lambda message: message.ts, reverse=True)
    return {
        "messages": [
            describe_message(message, origin, with_metadata=with_metadata)
            for message in newest[:limit]
        ],
        "has_more": len(newest) > limit,
    }


def _build_filter(args: Args) -> Callable[[PlayedMessage, bool], bool]:
    """Build the test whether a message lies within `oldest` and `latest`.

    `inclusive` counts the bounds themselves. The root is always within, unless both bounds name
    one message.
    """
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9")
    inclusive = _is_true(args, "inclusive")
    names_one_message = inclusive and oldest == latest

    def is_within(message: PlayedMessage, is_root: bool) -> bool:  # noqa: FBT001 - of two
        at_bound = inclusive and message.ts in (oldest, latest)
        return oldest < message.ts < latest or at_bound or (is_root and not names_one_message)

    return is_within


def _is_true(args: Args, name: str) -> bool:
    return str(args.get(name)).lower() in ("true", "1")
