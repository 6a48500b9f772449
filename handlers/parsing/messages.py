"""Parses message events into an `IncomingMessage`, or `Ignored` with the reason. Pure.

See `message_text.py` for what a message says, `authors.py` for who wrote it; `deletions.py`,
`actions.py`, `shortcuts.py` and `agent_sessions.py` for the other payloads. Whether Easel takes
part in a thread is decided later, by the queue.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.domain.conversation import Ignored, IncomingMessage, Person, Thread, Trigger
from bot.domain.files import FileRef
from handlers.parsing.authors import Author, AuthorKind, format_app_post, read_author
from handlers.parsing.edits import build_edited_event
from handlers.parsing.fields import is_direct, is_ts, read_mapping, read_mappings, read_text
from handlers.parsing.message_text import MessageContent, read_message

# Any other subtype (joins, reminders, huddles) reports something and is no message. An edit is
# read by `edits.py`.
MESSAGE_SUBTYPES = (None, "", "file_share", "thread_broadcast", "me_message", "bot_message")


def parse_message(
    body: Mapping[str, Any],
    *,
    bot_user_id: str,
    watched_channels: frozenset[str] = frozenset(),
    answered_apps: frozenset[str] = frozenset(),
    bot_users: Collection[str] = (),
) -> IncomingMessage | Ignored:
    """Parse one Events API body. Never raises, whatever the body holds.

    Of other apps, only mentions by `answered_apps` ask. `bot_users` are known to be bots.
    """
    event, is_edit = _unwrap_event(body, bot_user_id)
    own_app_id = read_text(body.get("api_app_id"))
    author = read_author(event, bot_user_id=bot_user_id, own_app_id=own_app_id, bot_users=bot_users)
    if reason := _find_ignore_reason(event, author):
        return Ignored(reason)
    ts, thread = read_text(event.get("ts")), _read_thread(body, event)
    if not (thread.team and thread.channel and is_ts(ts) and is_ts(thread.root)):
        return Ignored("no team, channel or ts")
    content = read_message(event, bot_user_id=bot_user_id, channel=thread.channel)
    if content.is_empty and not content.mentioned:
        return Ignored("nothing said")
    is_mention = event.get("type") == "app_mention" or bot_user_id in content.mentioned
    if author.is_program:
        trigger = _find_program_trigger(event, author, answered_apps, is_mention=is_mention)
    else:
        trigger = _find_trigger(event, content, watched_channels, is_mention=is_mention)
    if trigger is None:
        return Ignored("channel talk")
    overheard_text = format_app_post(author, content.text)
    return IncomingMessage(
        event_id=read_text(body.get("event_id")),
        thread=thread,
        ts=ts,
        sender=Person(author.id, _read_sender_team(event) or thread.team),
        text=overheard_text if trigger is Trigger.OVERHEARD else content.text,
        trigger=trigger,
        files=content.files,
        is_edit=is_edit,
        place=read_text(event.get("asked_at")) if is_edit else "",
        is_from_app=author.is_program,
        overheard_text=overheard_text if author.is_program else "",
    )


def _unwrap_event(body: Mapping[str, Any], bot_user_id: str) -> tuple[Mapping[str, Any], bool]:
    """Return the event, and whether it is an edit, which then is the message as edited."""
    event = read_mapping(body, "event")
    edited_event = build_edited_event(event, bot_user_id=bot_user_id)
    return (event, False) if edited_event is None else (edited_event, True)


def _read_sender_team(event: Mapping[str, Any]) -> str:
    """Return the workspace of who wrote the message, "" if the event does not tell.

    Slack leaves `team` out of posts with files; then the file tells whose it is.
    """
    profile, files = read_mapping(event, "user_profile"), read_mappings(event.get("files"))
    uploaded = [file for file in files if file.get("user") == event.get("user")]
    told = (
        event.get("user_team"),
        event.get("source_team"),
        profile.get("team"),
        event.get("team"),
        *(file.get("user_team") for file in uploaded),
    )
    return next((team for team in map(read_text, told) if team), "")


def _read_thread(body: Mapping[str, Any], event: Mapping[str, Any]) -> Thread:
    team = read_text(body.get("team_id")) or read_text(event.get("team"))
    root = read_text(event.get("thread_ts")) or read_text(event.get("ts"))
    return Thread(team, read_text(event.get("channel")), root)


def is_echo(body: Mapping[str, Any], *, bot_user_id: str) -> bool:
    """Whether the event reports what Easel itself has just posted or edited.

    Every answer causes several such events, and each would pass through all of Bolt to be ignored.
    """
    event = read_mapping(body, "event")
    if not bot_user_id or event.get("type") != "message":
        return False
    if event.get("subtype") == "message_deleted":
        return False  # a person may have deleted one of Easel's messages
    changed = event.get("message") or event.get("previous_message")
    if not isinstance(changed, Mapping):
        return event.get("user") == bot_user_id
    if changed.get("files"):
        return False  # someone may have deleted one of Easel's files
    author = changed.get("user") if event.get("hidden") else event.get("user")
    return author == bot_user_id


def _find_ignore_reason(event: Mapping[str, Any], author: Author) -> str:
    """Return why the event cannot be a message for Easel, "" if it can."""
    if not event:
        return "no event"
    if event.get("type") not in ("app_mention", "message"):
        return "another type of event"
    if event.get("subtype") not in MESSAGE_SUBTYPES:
        return f"subtype {read_text(event.get('subtype'))}"
    if event.get("edited") or event.get("hidden"):
        return "an edit"
    if author.kind in (AuthorKind.EASEL, AuthorKind.NOBODY):
        return "nobody else's message"
    return ""


def _find_trigger(
    event: Mapping[str, Any],
    content: MessageContent,
    watched_channels: frozenset[str],
    *,
    is_mention: bool,
) -> Trigger | None:
    if is_direct(event):
        return Trigger.DIRECT
    if is_mention:
        return Trigger.MENTION
    if event.get("channel") in watched_channels and _has_picture(content.files):
        return Trigger.WATCHED
    if not _is_reply(event):
        return None
    addresses_others = bool(content.mentioned) or content.addresses_group
    return Trigger.OVERHEARD if addresses_others else Trigger.THREAD


def _find_program_trigger(
    event: Mapping[str, Any],
    author: Author,
    answered_apps: frozenset[str],
    *,
    is_mention: bool,
) -> Trigger | None:
    """As `_find_trigger`, for a message that a program has posted: it has to name Easel."""
    is_for_person = author.kind is AuthorKind.PERSON_BY_APP
    if is_direct(event):
        return Trigger.DIRECT if is_for_person else None
    is_answered = author.kind is not AuthorKind.APP or author.app_id in answered_apps
    if is_mention and is_answered:
        return Trigger.MENTION
    return Trigger.OVERHEARD if _is_reply(event) else None


def _is_reply(event: Mapping[str, Any]) -> bool:
    root = read_text(event.get("thread_ts"))
    return bool(root) and root != read_text(event.get("ts"))


def _has_picture(files: tuple[FileRef, ...]) -> bool:
    return any(ref.is_declared_picture for ref in files)
