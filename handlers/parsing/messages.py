"""What Slack's event payloads mean for Easel: `Incoming`, or `Ignored` with the reason.

Pure. Deletions and shortcuts are read beside, in `deletions.py` and `shortcuts.py`. Whether Easel
takes part in a thread is not known here; the inbox decides that.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.conversation import Ignored, IncomingMessage, Person, Thread, Trigger
from bot.domain.files import FileRef
from bot.domain.safe_text import normalize_file_name

# Any other subtype (edits, joins, deletions) is news about a message, not a message.
MESSAGE_SUBTYPES = (None, "", "file_share", "thread_broadcast")
_MENTION_PATTERN = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP_MENTION_PATTERN = re.compile(r"<!(?:subteam\^|channel|here|everyone)")
_TS_PATTERN = re.compile(r"\d{1,12}\.\d{1,9}")
_MAX_FILES = 50


def parse_message(
    body: Mapping[str, Any], *, bot_user_id: str, watched_channels: frozenset[str] = frozenset()
) -> IncomingMessage | Ignored:
    """Translate one Events API body. Never raises, whatever the body holds."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return Ignored("no event")
    unfit = _find_ignore_reason(event, bot_user_id)
    if unfit:
        return Ignored(unfit)
    team = _read_text(body.get("team_id")) or _read_text(event.get("team"))
    channel, ts = _read_text(event.get("channel")), _read_text(event.get("ts"))
    root = _read_text(event.get("thread_ts")) or ts
    if not (team and channel and _TS_PATTERN.fullmatch(ts) and _TS_PATTERN.fullmatch(root)):
        return Ignored("no team, channel or ts")
    raw, files = _read_text(event.get("text")), _collect_files(event)
    if not raw.strip() and not files:
        return Ignored("nothing said")
    reach = _find_trigger(
        event, raw, files, bot_user_id=bot_user_id, watched_channels=watched_channels
    )
    if reach is None:
        return Ignored("channel talk")
    sender = _read_text(event.get("user"))
    sender_team = _read_text(event.get("user_team")) or _read_text(event.get("team")) or team
    return IncomingMessage(
        event_id=_read_text(body.get("event_id")),
        thread=Thread(team, channel, root),
        ts=ts,
        sender=Person(sender, sender_team),
        text=decode_slack_text(raw, bot_user_id),
        trigger=reach,
        files=files,
    )


def is_echo(body: Mapping[str, Any], *, bot_user_id: str) -> bool:
    """Whether Slack tells Easel of what Easel has just done: posted, edited or deleted a message.

    Each answer has several of these, and each would go through all of Bolt to be ignored.
    """
    event = body.get("event")
    if not bot_user_id or not isinstance(event, Mapping) or event.get("type") != "message":
        return False
    changed = event.get("message") or event.get("previous_message")
    if isinstance(changed, Mapping) and changed.get("files"):
        return False  # a file of Easel's may have been deleted, by whomever
    told = changed if event.get("hidden") and isinstance(changed, Mapping) else event
    return told.get("user") == bot_user_id


def parse_files(raw: object) -> tuple[FileRef, ...]:
    """Read the `files` of a message; what is not a file object is left out."""
    if not isinstance(raw, Sequence) or isinstance(raw, str | bytes):
        return ()
    found = (_parse_file(item) for item in raw[:_MAX_FILES] if isinstance(item, Mapping))
    return tuple(ref for ref in found if ref.id)


def _collect_files(event: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """The files of a message, and of messages that were shared with it."""
    found = {ref.id: ref for ref in parse_files(event.get("files"))}
    shared = event.get("attachments")
    for attachment in shared if isinstance(shared, list) else ():
        if isinstance(attachment, Mapping) and attachment.get("is_share"):
            for ref in parse_files(attachment.get("files")):
                found.setdefault(ref.id, ref)
    return tuple(found.values())[:_MAX_FILES]


def decode_slack_text(text: str, bot_user_id: str) -> str:
    """Slack's text as a person would read it: Easel's mention by name, entities decoded."""
    if bot_user_id:
        text = re.sub(rf"^\s*<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>[\s:,]*", "", text)
        text = re.sub(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>", "@Easel", text)
    return html.unescape(text).replace("\x00", "").strip()


def _find_ignore_reason(event: Mapping[str, Any], bot_user_id: str) -> str:
    if event.get("type") not in ("app_mention", "message"):
        return "another type of event"
    if event.get("subtype") not in MESSAGE_SUBTYPES:
        return f"subtype {_read_text(event.get('subtype'))}"
    if event.get("bot_id") or event.get("bot_profile"):
        return "a bot's message"
    if event.get("edited") or event.get("hidden"):
        return "an edit"
    user = _read_text(event.get("user"))
    if not user or user in (bot_user_id, "USLACKBOT"):
        return "not a person's message"
    return ""


def _find_trigger(
    event: Mapping[str, Any],
    text: str,
    files: tuple[FileRef, ...],
    *,
    bot_user_id: str,
    watched_channels: frozenset[str],
) -> Trigger | None:
    channel = _read_text(event.get("channel"))
    mentioned = set(_MENTION_PATTERN.findall(text))
    if event.get("channel_type") == "im" or channel.startswith("D"):
        return Trigger.DIRECT
    if event.get("type") == "app_mention" or (bot_user_id and bot_user_id in mentioned):
        return Trigger.MENTION
    if channel in watched_channels and any(ref.is_declared_picture for ref in files):
        return Trigger.WATCHED
    thread_ts = _read_text(event.get("thread_ts"))
    if not thread_ts or thread_ts == _read_text(event.get("ts")):
        return None
    return Trigger.OVERHEARD if mentioned or _GROUP_MENTION_PATTERN.search(text) else Trigger.THREAD


def _parse_file(raw: Mapping[str, Any]) -> FileRef:
    size = raw.get("size")
    return FileRef(
        id=_read_text(raw.get("id")),
        name=normalize_file_name(_read_text(raw.get("name")) or _read_text(raw.get("title"))),
        mimetype=_read_text(raw.get("mimetype")),
        size=size if isinstance(size, int) and 0 <= size < 1 << 53 else 0,
        url=_read_text(raw.get("url_private_download")) or _read_text(raw.get("url_private")),
        mode=_read_text(raw.get("mode")) or "hosted",
        access=_read_text(raw.get("file_access")) or "visible",
    )


def _read_text(value: object) -> str:
    # A lone surrogate is legal JSON but no text: neither SQLite nor the model's API takes it.
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8")
