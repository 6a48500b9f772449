"""Parses message events into an `IncomingMessage`, or `Ignored` with the reason. Pure.

See `deletions.py`, `actions.py`, `shortcuts.py` and `stop.py` for the other payloads. Whether Easel
takes part in a thread is decided later, by the queue.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from bot.domain.conversation import Ignored, IncomingMessage, Person, Thread, Trigger
from bot.domain.files import FileRef
from handlers.parsing.fields import is_ts, read_mapping, read_mappings, read_text
from handlers.parsing.files import merge_files, parse_files

# Any other subtype (edits, joins, deletions) reports something about a message and is not one.
MESSAGE_SUBTYPES = (None, "", "file_share", "thread_broadcast")
_MENTION_PATTERN = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
# Slack escapes three characters only; apps write other entities, too. `html.unescape` raises for a
# number of thousands of digits, and no character has one of more than seven.
_ENTITY_PATTERN = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_GROUP_MENTION_PATTERN = re.compile(r"<!(?:subteam\^|channel|here|everyone)")


def parse_message(
    body: Mapping[str, Any], *, bot_user_id: str, watched_channels: frozenset[str] = frozenset()
) -> IncomingMessage | Ignored:
    """Parse one Events API body. Never raises, whatever the body holds."""
    event = read_mapping(body, "event")
    if not event:
        return Ignored("no event")
    reason = _find_ignore_reason(event, bot_user_id)
    if reason:
        return Ignored(reason)
    team = read_text(body.get("team_id")) or read_text(event.get("team"))
    channel, ts = read_text(event.get("channel")), read_text(event.get("ts"))
    root = read_text(event.get("thread_ts")) or ts
    if not (team and channel and is_ts(ts) and is_ts(root)):
        return Ignored("no team, channel or ts")
    raw_text, files = read_text(event.get("text")), _collect_files(event)
    if not raw_text.strip() and not files:
        return Ignored("nothing said")
    trigger = _find_trigger(
        event, raw_text, files, bot_user_id=bot_user_id, watched_channels=watched_channels
    )
    if trigger is None:
        return Ignored("channel talk")
    sender = read_text(event.get("user"))
    sender_team = read_text(event.get("user_team")) or read_text(event.get("team")) or team
    return IncomingMessage(
        event_id=read_text(body.get("event_id")),
        thread=Thread(team, channel, root),
        ts=ts,
        sender=Person(sender, sender_team),
        text=decode_slack_text(raw_text, bot_user_id),
        trigger=trigger,
        files=files,
    )


def is_echo(body: Mapping[str, Any], *, bot_user_id: str) -> bool:
    """Whether the event reports what Easel itself has just posted, edited or deleted.

    Every answer causes several such events, and each would pass through all of Bolt to be ignored.
    """
    event = read_mapping(body, "event")
    if not bot_user_id or event.get("type") != "message":
        return False
    changed = event.get("message") or event.get("previous_message")
    if not isinstance(changed, Mapping):
        return event.get("user") == bot_user_id
    if changed.get("files"):
        return False  # someone may have deleted one of Easel's files
    author = changed.get("user") if event.get("hidden") else event.get("user")
    return author == bot_user_id


def decode_slack_text(text: str, bot_user_id: str) -> str:
    """Return Slack's text as a person reads it: entities decoded, Easel's mention by name.

    A mention of Easel at the start is removed.
    """
    if bot_user_id:
        text = re.sub(rf"^\s*<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>[\s:,]*", "", text)
        text = re.sub(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>", "@Easel", text)
    return _ENTITY_PATTERN.sub(_decode_entity, text).replace("\x00", "").strip()


def _decode_entity(found: re.Match[str]) -> str:
    return html.unescape(found.group())


def _collect_files(event: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """Return the files of a message and of messages that were shared with it."""
    refs = [*parse_files(event.get("files"))]
    for attachment in read_mappings(event.get("attachments")):
        if attachment.get("is_share"):
            refs += parse_files(attachment.get("files"))
    return merge_files(refs)


def _find_ignore_reason(event: Mapping[str, Any], bot_user_id: str) -> str:
    """Return why the event cannot be a message for Easel, "" if it can."""
    if event.get("type") not in ("app_mention", "message"):
        return "another type of event"
    if event.get("subtype") not in MESSAGE_SUBTYPES:
        return f"subtype {read_text(event.get('subtype'))}"
    if event.get("bot_id") or event.get("bot_profile"):
        return "a bot's message"
    if event.get("edited") or event.get("hidden"):
        return "an edit"
    user = read_text(event.get("user"))
    if not user or user in (bot_user_id, "USLACKBOT"):
        return "not a person's message"
    return ""


def _find_trigger(
    event: Mapping[str, Any],
    raw_text: str,
    files: tuple[FileRef, ...],
    *,
    bot_user_id: str,
    watched_channels: frozenset[str],
) -> Trigger | None:
    channel = read_text(event.get("channel"))
    mentioned_ids = set(_MENTION_PATTERN.findall(raw_text))
    if event.get("channel_type") == "im" or channel.startswith("D"):
        return Trigger.DIRECT
    if event.get("type") == "app_mention" or (bot_user_id and bot_user_id in mentioned_ids):
        return Trigger.MENTION
    if channel in watched_channels and any(ref.is_declared_picture for ref in files):
        return Trigger.WATCHED
    root = read_text(event.get("thread_ts"))
    if not root or root == read_text(event.get("ts")):
        return None
    addresses_others = bool(mentioned_ids or _GROUP_MENTION_PATTERN.search(raw_text))
    return Trigger.OVERHEARD if addresses_others else Trigger.THREAD
