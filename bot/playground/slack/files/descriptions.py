"""Describes files and messages as JSON, for events and for the Web API's answers.

See `events.py` for the events around a description.
"""

from __future__ import annotations

import re
from typing import Any

from bot.playground.slack.files.clips import describe_clip
from bot.playground.slack.files.kinds import get_traits
from bot.playground.slack.workspace import APP_ID, BOT_ID, DOMAIN, TEAM, PlayedFile, PlayedMessage

_REFERENCE_PATTERN = re.compile(
    r"<(?:(?P<sign>@|#|!subteam\^)(?P<id>[A-Z][A-Z0-9]+)|(?P<call>!)(?P<range>here|channel|everyone))"
    r"(?:\|[^<>]*)?>"
)
# The type of an element, and the field with what it refers to (docs.slack.dev, "Rich text block").
_REFERENCE_KINDS = {
    "@": ("user", "user_id"),
    "#": ("channel", "channel_id"),
    "!subteam^": ("usergroup", "usergroup_id"),
    "!": ("broadcast", "range"),
}


def build_permalink(message: PlayedMessage) -> str:
    """Build the link to a message, as Slack's “Copy link” does."""
    link = f"https://{DOMAIN}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.root == message.ts:
        return link
    return f"{link}?thread_ts={message.root}&cid={message.channel}"


def describe_shown_file(file: PlayedFile, origin: str) -> dict[str, Any]:
    """Describe a file as messages show it: a stub if it is deleted or not visible to the app."""
    if file.mode in ("tombstone", "hidden_by_limit"):
        return {"id": file.id, "mode": file.mode}
    if file.kind in ("connect", "access_denied"):
        access = "check_file_info" if file.kind == "connect" else "access_denied"
        empty_fields = {"created": 0, "timestamp": 0, "user": ""}
        return {"id": file.id, **empty_fields, "mode": "file_access", "file_access": access}
    return describe_file(file, origin)


def describe_file(file: PlayedFile, origin: str, *, with_shares: bool = False) -> dict[str, Any]:
    """Describe a file as `files.info` does; `origin` is the played Slack's address."""
    traits = get_traits(file.kind)
    described: dict[str, Any] = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": traits.pretty or _format_file_type(file),
        "user": file.user,
        "user_team": TEAM,
        "editable": traits.editable,
        "size": len(file.data),
        "mode": file.mode,
        "is_external": bool(traits.external_type),
        "external_type": traits.external_type,
        "is_public": not file.is_private,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "media_display_type": "unknown",
        "permalink": f"{origin}/files/{file.user}/{file.id}/{file.name}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        **_build_addresses(file, origin),
    }
    if file.alt:
        described["alt_txt"] = file.alt
    if file.width and file.height:
        described |= {"original_w": file.width, "original_h": file.height}
    if file.kind == "snippet":
        described |= _build_preview(file)
    if file.is_clip and file.mode == "hosted":
        described |= describe_clip(file, origin)
    if with_shares:
        described["shares"] = _describe_shares(file)
    return described


def _format_file_type(file: PlayedFile) -> str:
    """Format the type as people read it: “PNG”, or “Python” for a snippet."""
    return file.filetype.capitalize() if file.kind == "snippet" else file.filetype.upper()


def _build_addresses(file: PlayedFile, origin: str) -> dict[str, str]:
    """Build the addresses of the bytes.

    A file that is not stored in Slack has an address elsewhere, which must never get the token.
    """
    if get_traits(file.kind).external_type:
        link = f"https://drive.google.com/file/d/{file.id}/view"
        return {"url_private": link, "external_url": link, "external_id": file.id}
    base = f"{origin}/files-pri/{TEAM}-{file.id}"
    # Slack's addresses contain a simplified form of the name.
    name = re.sub(r"[^a-z0-9._-]+", "_", file.name.lower())[:80] or "file"
    return {
        "url_private": f"{base}/{name}",
        "url_private_download": f"{base}/download/{name}",
    }


def _build_preview(file: PlayedFile) -> dict[str, Any]:
    """Build the preview of a snippet: its first lines."""
    lines = file.data.decode("utf-8", "replace").splitlines()
    return {
        "preview": "\n".join(lines[:5]),
        "lines": len(lines),
        "lines_more": max(0, len(lines) - 5),
        "preview_is_truncated": len(lines) > 5,
    }


def _describe_shares(file: PlayedFile) -> dict[str, Any]:
    places: dict[str, list[dict[str, Any]]] = {}
    for channel, ts, thread_ts in file.shares:
        places.setdefault(channel, []).append({"ts": ts, "thread_ts": thread_ts})
    return {"private" if file.is_private else "public": places} if places else {}


def describe_message(
    message: PlayedMessage, origin: str, *, with_metadata: bool = False
) -> dict[str, Any]:
    """Describe a message as `conversations.replies` and the chat methods do."""
    described = describe_common_fields(message, origin) | {"type": "message", "team": TEAM}
    if message.files:
        described |= {"subtype": "file_share"} if not message.from_bot else {}
        described["files"] = [describe_shown_file(file, origin) for file in message.files]
    if message.from_bot:
        described |= {"bot_id": BOT_ID, "app_id": APP_ID}
    described |= message.author_fields
    if message.edited_ts:
        described["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.deleted:
        described |= {"subtype": "tombstone", "hidden": True}
    if with_metadata and message.metadata is not None:
        described["metadata"] = message.metadata
    for name in ("channel", "event_ts"):
        del described[name]
    return described


def describe_common_fields(message: PlayedMessage, origin: str) -> dict[str, Any]:
    """Describe what all events about a message have in common; files depend on the event."""
    event: dict[str, Any] = {
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "channel": message.channel,
        "event_ts": message.ts,
    }
    if not message.deleted:
        section = {"type": "rich_text_section", "elements": _build_elements(message.text)}
        event["blocks"] = [{"type": "rich_text", "block_id": "play", "elements": [section]}]
    if not message.from_bot and not message.deleted:
        event["client_msg_id"] = f"played-{message.ts}"
    if message.thread_ts is not None:
        event["thread_ts"] = message.thread_ts
    if message.shared_message is not None:
        event["attachments"] = [_describe_attachment(message.shared_message, origin)]
    if message.content is not None:
        event.pop("blocks", None)
        event |= message.content
    author = {name: value for name, value in message.author_fields.items() if name != "subtype"}
    if "bot_id" in author:
        event.pop("client_msg_id", None)
    event |= author
    if not event["user"]:
        del event["user"]
    return event


def _describe_attachment(shared: PlayedMessage, origin: str) -> dict[str, Any]:
    """Describe a shared message as an attachment of the message that shares it."""
    described: dict[str, Any] = {
        "id": 1,
        "is_share": True,
        "is_msg_unfurl": True,
        "channel_id": shared.channel,
        "channel_team": TEAM,
        "ts": shared.ts,
        "from_url": build_permalink(shared),
        "author_id": shared.user,
        "text": shared.text,
        "fallback": f"{shared.user}: {shared.text}",
        "mrkdwn_in": ["text"],
    }
    if shared.files:
        described["files"] = [describe_shown_file(file, origin) for file in shared.files]
    return described


def _build_elements(text: str) -> list[dict[str, Any]]:
    """Split the text into the elements of rich text: references, and text."""
    elements, at = list[dict[str, Any]](), 0
    for found in _REFERENCE_PATTERN.finditer(text):
        elements += _build_text(text[at : found.start()])
        at = found.end()
        kind, field = _REFERENCE_KINDS[found["sign"] or found["call"]]
        elements.append({"type": kind, field: found["id"] or found["range"]})
    return elements + _build_text(text[at:])


def _build_text(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": _decode_entities(text)}] if text else []


def _decode_entities(text: str) -> str:
    """Return a text as it was typed: Slack escapes three characters (docs.slack.dev, "Formatting
    message text"), and in rich text none."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
