"""Extracts the text of a mail: its headers, its body, and a list of its attachments.

Opens no attachment. The caller turns HTML into text.
"""

from __future__ import annotations

import email
import email.policy
import itertools
from collections.abc import Callable, Iterator
from email.message import Message

from bot.domain.safe_text import clean_name
from bot.files.readers.archives import format_size
from bot.files.readers.text_files import decode_text

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MAX_HEADER_CHARS = 2_000
_MAX_ATTACHMENTS_LISTED = 100
_MAX_PARTS = 1_000


def extract_mail_text(data: bytes, convert_html: Callable[[str], str]) -> str:
    """Return a mail's headers, its best body and its attachments' names; "" if it is no mail.

    `convert_html` turns HTML into text. The parser may raise any error on a damaged mail.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    headers = [f"{key}: {value}" for key in _HEADERS if (value := _decode_header(message, key))]
    parts = list(itertools.islice(_iterate_parts(message), _MAX_PARTS))
    plain = [p for p in parts if p.get_content_type() == "text/plain" and not _is_attached(p)]
    rich = [p for p in parts if p.get_content_type() == "text/html" and not _is_attached(p)]
    body = "\n\n".join(filter(None, (_decode_part_text(part).strip() for part in plain)))
    if not body:
        body = "\n\n".join(
            filter(None, (convert_html(_decode_part_text(part)).strip() for part in rich[:3]))
        )
    if not headers and not body:
        return ""
    body_ids = {id(part) for part in (*plain, *rich)}
    attached = [part for part in parts if id(part) not in body_ids]
    lines = [
        f"- {_format_part_name(part)}, {format_size(_count_part_bytes(part))}"
        for part in attached[:_MAX_ATTACHMENTS_LISTED]
    ]
    if len(attached) > _MAX_ATTACHMENTS_LISTED:
        lines.append(f"... and {len(attached) - _MAX_ATTACHMENTS_LISTED:,} more")
    listed = "\n".join([f"Attachments ({len(attached)}, not opened):", *lines]) if lines else ""
    return "\n\n".join(filter(None, ("\n".join(headers), body, listed))) + "\n"


def _decode_header(message: Message, key: str) -> str:
    """Return the decoded value of a header; "" if there is no such header."""
    raw = next((str(v) for k, v in message.raw_items() if k.lower() == key.lower()), "")
    # Parsing time grows faster than the length, and a few lost addresses do not matter.
    raw = " ".join(raw[:_MAX_HEADER_CHARS].split())
    # Bytes beyond ASCII that were not encoded arrive as lone surrogates.
    bare = decode_text(raw.encode("utf-8", "surrogateescape")) or ""
    try:
        return str(email.policy.default.header_factory(key, bare)) if raw.isascii() else bare
    except Exception:  # noqa: BLE001 - the parser of addresses raises anything
        return bare


def _iterate_parts(message: Message) -> Iterator[Message]:
    """Yield the parts that contain no other parts. A mail in a mail is one part."""
    stack = [message]
    while stack:
        part = stack.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            stack.extend(inner for inner in reversed(payload) if isinstance(inner, Message))
        else:
            yield part


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _decode_payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decode_part_text(part: Message) -> str:
    return decode_text(_decode_payload(part), str(part.get_content_charset() or "")) or ""


def _format_part_name(part: Message) -> str:
    file_name = part.get_filename()
    if file_name:
        return clean_name(file_name)
    return f"a part of type {clean_name(part.get_content_type())}"


def _count_part_bytes(part: Message) -> int:
    if part.is_multipart():
        return len(part.as_bytes())
    return len(_decode_payload(part))
