"""Reads the attachments of a message: alerts of apps, forwarded messages, previews of links. Pure.

Attachments: docs.slack.dev, "Reference: Secondary message attachments". How clients send forwarded
messages and pasted tables is not documented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.safe_text import BRACKET_TRANSLATION, truncate
from bot.prompt.speaker_marks import escape_quoted_notes
from handlers.parsing.content.blocks import read_block_texts, read_blocks
from handlers.parsing.content.choice import BlockTexts, choose_fuller
from handlers.parsing.content.elements import format_controls
from handlers.parsing.content.mrkdwn import format_channel, format_link, read_mrkdwn, read_plain
from handlers.parsing.content.rich_text import format_quote
from handlers.parsing.content.state import ReadState
from handlers.parsing.fields import read_mapping, read_mappings, read_text
from handlers.parsing.links import find_message_links

MAX_ATTACHMENTS = 100
_MAX_PREVIEW_CHARS = 600
_PERSON_ID_PATTERN = re.compile(r"[UW][A-Z0-9]{1,40}")
_CHANNEL_ID_PATTERN = re.compile(r"[CG][A-Z0-9]{1,40}")
_NO_WORDS = "[no preview available]"

Attachment = Mapping[str, Any]


def list_attachments(raw: Mapping[str, Any], channel: str) -> list[Attachment]:
    """Return the attachments of a message in `channel`, at most `MAX_ATTACHMENTS`.

    A message of another channel that Slack shows for its link is left out: it shows it to those who
    may read that channel, and Easel answers everyone in this one. Who forwards a message chooses.
    """
    attachments = read_mappings(raw.get("attachments"))[:MAX_ATTACHMENTS]
    return [one for one in attachments if not (channel and _is_of_other_channel(one, channel))]


def _is_of_other_channel(attachment: Attachment, channel: str) -> bool:
    if attachment.get("is_share") or not attachment.get("is_msg_unfurl"):
        return False
    links = find_message_links([read_text(attachment.get("from_url"))])
    channels = {read_text(attachment.get("channel_id")), *(link.channel for link in links)} - {""}
    return channels != {channel}


def is_forwarded(attachment: Attachment) -> bool:
    """Whether this is another message: forwarded, or shown because its link was posted."""
    return bool(attachment.get("is_share") or attachment.get("is_msg_unfurl"))


def read_attachments(raw: Mapping[str, Any], state: ReadState) -> list[str]:
    """Return the attachments of a message, a paragraph each; empty ones are absent."""
    state.depth += 1
    texts = [
        _read_attachment(attachment, state)
        for attachment in state.take_parts(list_attachments(raw, state.channel))
    ]
    state.depth -= 1
    return [text for text in texts if text]


def _read_attachment(attachment: Attachment, state: ReadState) -> str:
    if is_forwarded(attachment):
        return _read_forwarded(attachment, state)
    if read_text(attachment.get("from_url")) and not attachment.get("callback_id"):
        return _read_preview(attachment, state)
    return _read_alert(attachment, state)


def _read_forwarded(attachment: Attachment, state: ReadState) -> str:
    """Return another message as a quote, headed by who wrote it and where."""
    was_quoting, state.is_quoting = state.is_quoting, True
    heading = _format_heading(attachment, state)
    written = read_mrkdwn(attachment.get("text"), state)
    body = choose_fuller(written, _read_message_blocks(attachment, state))
    inner = read_attachments(attachment, state)
    names = [read_plain(file.get("name") or file.get("title"), state) for file in
             state.take_parts(attachment.get("files"))]  # fmt: skip
    files = f"(Files: {', '.join(name for name in names if name)})" if any(names) else ""
    if not (body or any(inner) or files):
        fallback = read_plain(attachment.get("fallback"), state)
        body = "" if fallback == _NO_WORDS else fallback
    # The headings of messages within this one are the program's, all else is somebody's text.
    body, files = (escape_quoted_notes(one, is_quoted=True) for one in (body, files))
    text = "\n\n".join(part for part in (body, *inner, files) if part)
    state.is_quoting = was_quoting
    return state.cut_text(format_quote(f"{heading}\n{text}" if text else heading))


def _format_heading(attachment: Attachment, state: ReadState) -> str:
    author = read_plain(attachment.get("author_name") or attachment.get("author_subname"), state)
    author = author.translate(BRACKET_TRANSLATION)
    author_id = read_text(attachment.get("author_id"))
    if not author and _PERSON_ID_PATTERN.fullmatch(author_id):
        author = state.note_person(author_id)
    channel_id = read_text(attachment.get("channel_id"))
    channel = ""
    if _CHANNEL_ID_PATTERN.fullmatch(channel_id):
        channel = format_channel(channel_id, read_plain(attachment.get("channel_name"), state))
    by = f" by {' '.join(author.split())}" if author else ""
    kind = "Forwarded" if attachment.get("is_share") else "Linked"
    return f"[{kind} message{by}{f' in {channel}' if channel else ''}:]"


def _read_message_blocks(attachment: Attachment, state: ReadState) -> BlockTexts:
    """Return the blocks of the message that the attachment shows, else its own."""
    parts: list[tuple[str, bool]] = []
    for one in state.take_parts(attachment.get("message_blocks")):
        parts += read_block_texts(read_mapping(one, "message").get("blocks"), state).parts
    return BlockTexts(tuple(parts)) if parts else read_block_texts(attachment.get("blocks"), state)


def _read_preview(attachment: Attachment, state: ReadState) -> str:
    """Return the preview of a link, as a short quote."""
    was_quoting, state.is_quoting = state.is_quoting, True
    source = read_plain(attachment.get("service_name") or attachment.get("author_name"), state)
    title = read_plain(attachment.get("title"), state)
    url = state.take_text(attachment.get("title_link") or attachment.get("from_url"))
    words = read_mrkdwn(attachment.get("text"), state) or read_blocks(
        attachment.get("blocks"), state
    )
    state.is_quoting = was_quoting
    if not (title or words):
        return ""
    heading = ": ".join(text for text in ("Preview", source, format_link(url, title)) if text)
    text = "\n".join(t for t in (heading, truncate(words, _MAX_PREVIEW_CHARS)) if t)
    return format_quote(escape_quoted_notes(text, is_quoted=True))


def _read_alert(attachment: Attachment, state: ReadState) -> str:
    """Return an attachment of an app: its parts in the order in which Slack shows them."""
    title = read_plain(attachment.get("title"), state)
    url = state.take_text(attachment.get("title_link"))
    heading = format_link(url, title) if url and title else title
    fields = [_read_field(field, state) for field in state.take_parts(attachment.get("fields"))]
    blocks = _read_message_blocks(attachment, state)
    words = choose_fuller(read_mrkdwn(attachment.get("text"), state), blocks)
    before = [
        read_mrkdwn(attachment.get("pretext"), state),
        read_plain(attachment.get("author_name"), state),
        f"**{heading}**" if heading else "",
        words,
        "\n".join(field for field in fields if field),
    ]
    inner = read_attachments(attachment, state)
    after = [_read_buttons(attachment, state), read_plain(attachment.get("footer"), state)]
    parts = [*_escape_parts(before, state), *inner, *_escape_parts(after, state)]
    if text := "\n\n".join(part for part in parts if part):
        return text
    fallback = read_mrkdwn(attachment.get("fallback"), state)
    return (
        "" if fallback == _NO_WORDS else escape_quoted_notes(fallback, is_quoted=state.is_quoting)
    )


def _escape_parts(parts: list[str], state: ReadState) -> list[str]:
    return [escape_quoted_notes(part, is_quoted=state.is_quoting) for part in parts]


def _read_field(field: Mapping[str, Any], state: ReadState) -> str:
    title, value = read_plain(field.get("title"), state), read_mrkdwn(field.get("value"), state)
    if title and value:
        return f"{title}:\n{value}" if "\n" in value else f"{title}: {value}"
    return title or value


def _read_buttons(attachment: Attachment, state: ReadState) -> str:
    labels = []
    for action in state.take_parts(attachment.get("actions")):
        label, url = read_plain(action.get("text"), state), state.take_text(action.get("url"))
        labels.append(format_link(url, label) if url and label else label)
    return format_controls(labels)
