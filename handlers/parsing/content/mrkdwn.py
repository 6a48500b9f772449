"""Reads Slack's own markup, in which apps and old clients write, as Markdown. Pure.

The markup: docs.slack.dev, "Formatting message text".
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from handlers.parsing.content.state import (
    REFERENCE_MARK,
    TOKEN_MARK,
    ReadState,
    remove_marks,
)

# Slack escapes three characters only; apps write other entities, too. `html.unescape` raises for a
# number of thousands of digits, and no character has one of more than seven.
ENTITY_PATTERN = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Most texts are only words.
_STYLE_PATTERN = re.compile(r"[*~•◦▪]")
_SPECIAL_PATTERN = re.compile(r"[<&*~`•◦▪]")
_TOKEN_PATTERN = re.compile(r"<([^<>]{1,4000})>")
_CODE_PATTERN = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_BOLD_PATTERN = re.compile(r"(?<![\w*])\*(?![\s*])([^*\n]*[^*\s])\*(?![\w*])")
_STRIKE_PATTERN = re.compile(r"(?<![\w~])~(?![\s~])([^~\n]*[^~\s])~(?![\w~])")
_BULLET_PATTERN = re.compile(r"^([ \t]{0,40})[•◦▪][ \t]", re.MULTILINE)
_PERSON_PATTERN = re.compile(r"@([UW][A-Z0-9]{1,40})")
_CHANNEL_PATTERN = re.compile(r"#([CDG][A-Z0-9]{1,40})")
_GROUP_PATTERN = re.compile(r"!subteam\^(S[A-Z0-9]{1,40})")
_DATE_PATTERN = re.compile(r"!date\^(\d{1,12})\^([^^]{0,200})(?:\^(.{0,2000}))?", re.DOTALL)
_BROADCASTS = ("here", "channel", "everyone")
_SCHEME_PATTERN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_LINK_TRANSLATION = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "\n": None})


def read_mrkdwn(value: object, state: ReadState) -> str:
    """Return a text in Slack's markup as Markdown; code stays as it is."""
    return _read_around_code(state.take_text(value), state, has_styles=True)


def read_markdown(value: object, state: ReadState) -> str:
    """Return a text that is Markdown already; Slack reads references in it all the same."""
    return _read_around_code(state.take_text(value), state, has_styles=False)


def read_plain(value: object, state: ReadState) -> str:
    """Return a text without markup, in which Slack has escaped three characters."""
    return decode_entities(state.take_text(value))


def decode_entities(text: str) -> str:
    """Decode entities once; a hostile one is left as it is."""
    if "&" not in text:
        return text
    decoded = ENTITY_PATTERN.sub(lambda found: html.unescape(found.group()), text)
    return remove_marks(decoded)


def format_link(url: str, label: str) -> str:
    """Return a link as Markdown, or only its address where the label says nothing else."""
    scheme, _, address = url.partition(":")
    bare = address.lstrip("/")
    label = " ".join(label.split())
    if scheme.lower() in ("mailto", "tel") and label.replace(" ", "") in ("", bare):
        return label or bare
    if not label or label in (url, url.rstrip("/")):
        return url
    if label == bare.rstrip("/"):
        # Slack makes links of what looks like an address: app.py, report.md.
        return label if "/" not in label else url
    return f"[{label.replace('[', '(').replace(']', ')')}]({url.translate(_LINK_TRANSLATION)})"


def format_date(seconds: int) -> str:
    """Return a Unix time as a date and a time of day, "" where there is no such date."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""


def format_broadcast(name: str, state: ReadState) -> str:
    """Return a mention of a whole channel as text, which notifies no one."""
    state.note_group()
    return f"@{name}"


def format_channel(channel_id: str, name: str) -> str:
    """Return the reference to a channel in stored text."""
    name = _clean_name(name)
    return f"{REFERENCE_MARK}#{channel_id}{f'|{name}' if name else ''}>"


def format_group(group_id: str, name: str, state: ReadState) -> str:
    """Return the reference to a group of people in stored text."""
    state.note_group()
    name = _clean_name(name)
    return f"{REFERENCE_MARK}!subteam^{group_id}{f'|{name}' if name else ''}>"


def _clean_name(name: str) -> str:
    return " ".join(re.sub(r"[<>|]", "", name[:200]).split())


def _read_around_code(text: str, state: ReadState, *, has_styles: bool) -> str:
    if _SPECIAL_PATTERN.search(text) is None:
        return text
    if "`" not in text:
        return _read_words(text, state, has_styles=has_styles)
    pieces = _CODE_PATTERN.split(text)
    return "".join(
        _read_code(piece, state) if number % 2 else _read_words(piece, state, has_styles=has_styles)
        for number, piece in enumerate(pieces)
    )


def _read_code(text: str, state: ReadState) -> str:
    """Return code with its characters as they were typed: Slack makes links in code, too."""
    if "<" not in text:
        return decode_entities(text)
    pieces = _TOKEN_PATTERN.split(text)
    return "".join(
        _read_token_in_code(piece, state) if number % 2 else decode_entities(piece)
        for number, piece in enumerate(pieces)
    )


def _read_token_in_code(token: str, state: ReadState) -> str:
    target, _, label = token.partition("|")
    if target[:1] in ("@", "#", "!"):
        return _read_token(token, state)
    return decode_entities(label or target)


def _read_words(text: str, state: ReadState, *, has_styles: bool) -> str:
    if not text:  # between two pieces of code, of which a message may have a hundred thousand
        return ""
    tokens = _TOKEN_PATTERN.findall(text) if "<" in text else []
    words = _TOKEN_PATTERN.sub(TOKEN_MARK, text) if tokens else text
    if has_styles and _STYLE_PATTERN.search(words):
        words = _BOLD_PATTERN.sub(r"**\1**", words)
        words = _STRIKE_PATTERN.sub(r"~~\1~~", words)
        words = _BULLET_PATTERN.sub(r"\1- ", words)
    pieces = [decode_entities(piece) for piece in words.split(TOKEN_MARK)]
    rendered = [_read_token(token, state) for token in tokens]
    parts = [pieces[0]]
    for token, piece in zip(rendered, pieces[1:], strict=True):
        parts += [token, piece]
    return "".join(parts)


def _read_token(token: str, state: ReadState) -> str:
    """Return what stands between angle brackets: a reference, a date or a link."""
    target, _, raw_label = token.partition("|")
    label = decode_entities(raw_label)
    if person := _PERSON_PATTERN.fullmatch(target):
        return state.note_person(person[1])
    if channel := _CHANNEL_PATTERN.fullmatch(target):
        return format_channel(channel[1], label)
    if group := _GROUP_PATTERN.fullmatch(target):
        return format_group(group[1], label, state)
    if target.startswith("!"):
        return _read_command(target, label, state)
    if _SCHEME_PATTERN.match(target):
        return format_link(decode_entities(target), label)
    return decode_entities(f"<{token}>")


def _read_command(target: str, label: str, state: ReadState) -> str:
    """Return the text of `<!here>`, of a date, or of a command that is not known."""
    name = target[1:]
    if name in _BROADCASTS:
        return format_broadcast(name, state)
    if date := _DATE_PATTERN.fullmatch(target):
        text = label or format_date(int(date[1]))
        return format_link(decode_entities(date[3]), text) if date[3] and text else text
    return label or decode_entities(name)
