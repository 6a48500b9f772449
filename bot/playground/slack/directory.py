"""The methods that name people, channels and groups, or find a person's place, as Slack has them.

Shapes and errors: docs.slack.dev, the pages of `users.info`, `conversations.info`,
`conversations.open`, `users.conversations` and `usergroups.list`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.playground.slack.faults import ApiError
from bot.playground.slack.workspace import BOT_USER, TEAM, PlayedChannel, Workspace

Args = Mapping[str, Any]


def add_person(workspace: Workspace, person: str, name: str, *, locale: str = "en-US") -> None:
    """Add a person to the workspace and to all its channels, with a direct message to Easel."""
    workspace.people[person], workspace.locales[person] = name, locale
    dm = f"D{person[1:]}"
    workspace.channels[dm] = PlayedChannel(dm, "Easel", "im", {person, BOT_USER})
    for channel in workspace.channels.values():
        if channel.kind == "channel":
            channel.members.add(person)


def choose_info_scope(workspace: Workspace, args: Args) -> str:
    """Return the scope that `conversations.info` needs for a channel."""
    channel = workspace.channels.get(str(args.get("channel")))
    if channel is None:
        return "channels:read"
    if channel.kind == "im":
        return "im:read"
    return "groups:read" if channel.is_private else "channels:read"


def get_user_info(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return one person. Raises `ApiError` as Slack does."""
    person = str(args.get("user") or "")
    if person not in workspace.people:
        raise ApiError("user_not_found")
    return {"user": _describe_person(workspace, person, args)}


def list_people(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return one page of all people. Raises `ApiError` as Slack does."""
    cursor, wanted = str(args.get("cursor") or "0"), str(args.get("limit") or "1000")
    if not wanted.isdecimal() or int(wanted) > 1000:
        raise ApiError("invalid_limit")
    if not cursor.isdecimal():
        raise ApiError("invalid_cursor")
    start, limit, people = int(cursor), int(wanted), list(workspace.people)
    has_more = start + limit < len(people)
    return {
        "members": [
            _describe_person(workspace, person, args) for person in people[start : start + limit]
        ],
        "response_metadata": {"next_cursor": str(start + limit) if has_more else ""},
    }


def _describe_person(workspace: Workspace, person: str, args: Args) -> dict[str, Any]:
    name, is_bot = workspace.people[person], person == BOT_USER
    user: dict[str, Any] = {
        "id": person,
        "team_id": TEAM,
        "name": "".join(c for c in name.lower() if c.isalnum()) or "person",
        "deleted": person in workspace.deactivated,
        "real_name": name,
        "tz": "Europe/London",
        "profile": {
            "real_name": name,
            "real_name_normalized": name,
            # Bots and many people have none.
            "display_name": "" if is_bot else name,
            "display_name_normalized": "" if is_bot else name,
            "team": TEAM,
        },
        "is_bot": is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if _is_true(args, "include_locale"):
        user["locale"] = workspace.locales.get(person, "en-US")
    return user


def get_channel_info(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return one channel. Raises `ApiError` as Slack does."""
    channel = workspace.channels.get(str(args.get("channel") or ""))
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise ApiError("channel_not_found")
    return {"channel": _describe_channel(channel)}


def open_direct_message(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return the direct message of the app and one person. Raises `ApiError` as Slack does."""
    people = [name for name in str(args.get("users") or "").split(",") if name]
    if not people:
        raise ApiError(
            "users_list_not_supplied" if not args.get("channel") else "channel_not_found"
        )
    if len(people) > 1:
        raise ApiError("missing_scope", needed="mpim:write", provided="")
    (person,) = people
    if person not in workspace.people:
        raise ApiError("user_not_found")
    if person in workspace.deactivated:
        raise ApiError("user_disabled")
    if person == BOT_USER:
        raise ApiError("cannot_dm_bot")
    for channel in workspace.channels.values():
        if channel.kind == "im" and person in channel.members:
            return {"channel": {"id": channel.id}}
    opened = PlayedChannel(f"D{person[1:]}", "Easel", "im", {person, BOT_USER})
    workspace.channels[opened.id] = opened
    return {"channel": {"id": opened.id}}


def list_conversations(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return the channels that a person is in: private ones only if the app is in them as well.

    Raises `ApiError` as Slack does.
    """
    person, kinds = (
        str(args.get("user") or ""),
        str(args.get("types") or "public_channel").split(","),
    )
    if not set(kinds) <= {"public_channel", "private_channel"}:
        raise ApiError("missing_scope", needed="im:read")
    if person not in workspace.people:
        raise ApiError("user_not_found")
    if int(args.get("limit") or 100) > 999:
        raise ApiError("invalid_limit")
    found = [
        channel
        for channel in workspace.channels.values()
        if channel.kind == "channel"
        and person in channel.members
        and ("private_channel" if channel.is_private else "public_channel") in kinds
        and (not channel.is_private or BOT_USER in channel.members)
        and not (channel.archived and _is_true(args, "exclude_archived"))
    ]
    return {
        "channels": [_describe_channel(channel) for channel in found],
        "response_metadata": {"next_cursor": ""},
    }


def list_groups(workspace: Workspace, _args: Args) -> dict[str, Any]:
    """Return all groups of people."""
    return {
        "usergroups": [
            {"id": id_, "team_id": TEAM, "is_usergroup": True, "name": handle.title(),
             "handle": handle, "description": "", "is_external": False, "date_delete": 0}
            for id_, handle in workspace.groups.items()
        ]
    }  # fmt: skip


def _describe_channel(channel: PlayedChannel) -> dict[str, Any]:
    if channel.kind == "im":
        person = next(iter(channel.members - {BOT_USER}))
        return {"id": channel.id, "is_im": True, "user": person, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.archived,
        "is_member": BOT_USER in channel.members,
        "context_team_id": TEAM,
    }


def _is_true(args: Args, name: str) -> bool:
    return str(args.get(name)).lower() in ("true", "1")
