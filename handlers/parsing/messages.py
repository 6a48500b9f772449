"""What Slack's event payloads mean for Easel: `Incoming`, or `Ignored` with the reason.

Pure. Deletions and shortcuts are read beside, in `deletions.py` and `shortcuts.py`. Whether Easel
takes part in a thread is not known here; the inbox decides that.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.conversation import Ignored, Incoming, Person, Reach, Thread
from bot.domain.files import FileRef
from bot.domain.safe_text import tidy_name

# Any other subtype (edits, joins, deletions) is news about a message, not a message.
REAL_MESSAGES = (None, "", "file_share", "thread_broadcast")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP_MENTION = re.compile(r"<!(?:subteam\^|channel|here|everyone)")
_TS = re.compile(r"\d{1,12}\.\d{1,9}")
_MOST_FILES = 50


def parse(
    body: Mapping[str, Any], *, bot_user: str, watched: frozenset[str] = frozenset()
) -> Incoming | Ignored:
    """Translate one Events API body. Never raises, whatever the body holds."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return Ignored("no event")
    unfit = _why_not(event, bot_user)
    if unfit:
        return Ignored(unfit)
    team = _text(body.get("team_id")) or _text(event.get("team"))
    channel, ts = _text(event.get("channel")), _text(event.get("ts"))
    root = _text(event.get("thread_ts")) or ts
    if not (team and channel and _TS.fullmatch(ts) and _TS.fullmatch(root)):
        return Ignored("no team, channel or ts")
    raw, files = _text(event.get("text")), _all_files(event)
    if not raw.strip() and not files:
        return Ignored("nothing said")
    reach = _reach(event, raw, files, bot_user=bot_user, watched=watched)
    if reach is None:
        return Ignored("channel talk")
    sender = _text(event.get("user"))
    sender_team = _text(event.get("user_team")) or _text(event.get("team")) or team
    return Incoming(
        event_id=_text(body.get("event_id")),
        thread=Thread(team, channel, root),
        ts=ts,
        sender=Person(sender, sender_team),
        text=plain(raw, bot_user),
        reach=reach,
        files=files,
    )


def is_echo(body: Mapping[str, Any], *, bot_user: str) -> bool:
    """Whether Slack tells Easel of what Easel has just done: posted, edited or deleted a message.

    Each answer has several of these, and each would go through all of Bolt to be ignored.
    """
    event = body.get("event")
    if not bot_user or not isinstance(event, Mapping) or event.get("type") != "message":
        return False
    changed = event.get("message") or event.get("previous_message")
    if isinstance(changed, Mapping) and changed.get("files"):
        return False  # a file of Easel's may have been deleted, by whomever
    told = changed if event.get("hidden") and isinstance(changed, Mapping) else event
    return told.get("user") == bot_user


def parse_files(raw: object) -> tuple[FileRef, ...]:
    """Read the `files` of a message; what is not a file object is left out."""
    if not isinstance(raw, Sequence) or isinstance(raw, str | bytes):
        return ()
    found = (_file(item) for item in raw[:_MOST_FILES] if isinstance(item, Mapping))
    return tuple(ref for ref in found if ref.id)


def _all_files(event: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """The files of a message, and of messages that were shared with it."""
    found = {ref.id: ref for ref in parse_files(event.get("files"))}
    shared = event.get("attachments")
    for attachment in shared if isinstance(shared, list) else ():
        if isinstance(attachment, Mapping) and attachment.get("is_share"):
            for ref in parse_files(attachment.get("files")):
                found.setdefault(ref.id, ref)
    return tuple(found.values())[:_MOST_FILES]


def plain(text: str, bot_user: str) -> str:
    """Slack's text as a person would read it: Easel's mention by name, entities decoded."""
    if bot_user:
        text = re.sub(rf"^\s*<@{re.escape(bot_user)}(?:\|[^<>]*)?>[\s:,]*", "", text)
        text = re.sub(rf"<@{re.escape(bot_user)}(?:\|[^<>]*)?>", "@Easel", text)
    return html.unescape(text).replace("\x00", "").strip()


def _why_not(event: Mapping[str, Any], bot_user: str) -> str:
    if event.get("type") not in ("app_mention", "message"):
        return "another type of event"
    if event.get("subtype") not in REAL_MESSAGES:
        return f"subtype {_text(event.get('subtype'))}"
    if event.get("bot_id") or event.get("bot_profile"):
        return "a bot's message"
    if event.get("edited") or event.get("hidden"):
        return "an edit"
    user = _text(event.get("user"))
    if not user or user in (bot_user, "USLACKBOT"):
        return "not a person's message"
    return ""


def _reach(
    event: Mapping[str, Any],
    text: str,
    files: tuple[FileRef, ...],
    *,
    bot_user: str,
    watched: frozenset[str],
) -> Reach | None:
    channel = _text(event.get("channel"))
    mentioned = set(_MENTION.findall(text))
    if event.get("channel_type") == "im" or channel.startswith("D"):
        return Reach.DIRECT
    if event.get("type") == "app_mention" or (bot_user and bot_user in mentioned):
        return Reach.MENTION
    if channel in watched and any(ref.claims_picture for ref in files):
        return Reach.WATCHED
    thread_ts = _text(event.get("thread_ts"))
    if not thread_ts or thread_ts == _text(event.get("ts")):
        return None
    return Reach.OVERHEARD if mentioned or _GROUP_MENTION.search(text) else Reach.THREAD


def _file(raw: Mapping[str, Any]) -> FileRef:
    size = raw.get("size")
    return FileRef(
        id=_text(raw.get("id")),
        name=tidy_name(_text(raw.get("name")) or _text(raw.get("title"))),
        mimetype=_text(raw.get("mimetype")),
        size=size if isinstance(size, int) and 0 <= size < 1 << 53 else 0,
        url=_text(raw.get("url_private_download")) or _text(raw.get("url_private")),
        mode=_text(raw.get("mode")) or "hosted",
        access=_text(raw.get("file_access")) or "visible",
    )


def _text(value: object) -> str:
    # A lone surrogate is legal JSON but no text: neither SQLite nor the model's API takes it.
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8")
