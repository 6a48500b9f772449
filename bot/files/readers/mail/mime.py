"""Parses mails as they are sent (RFC 5322, MIME), with the mails in them. Reads no attachment."""

from __future__ import annotations

import email
import email.policy
import itertools
import mimetypes
from collections.abc import Iterator
from email.message import Message

from bot.files.readers.mail.content import Attachment, MailContent
from bot.files.readers.mail.signed import find_signed_content
from bot.files.readers.mail.tnef import is_tnef, parse_tnef
from bot.files.readers.mail.words import decode_header_value, find_attachment_name
from bot.files.readers.text_files import decode_text

_HEADERS = ("From", "Sender", "To", "Cc", "Bcc", "Reply-To", "Date", "Subject")
# Those that mostly repeat the first one.
_REPEATING = ("Sender", "Reply-To")
_MAX_PARTS, _MAX_DEPTH = 1_000, 5
_MAIL_TYPES = ("message/rfc822", "message/global", "message/news")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature")
_SIGNED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNED_NOTE = "It is signed; I have not checked by whom."
_KEYS = ("application/pgp-signature", "application/pgp-keys")


def parse_mail(data: bytes, depth: int = 0) -> MailContent:
    """Parse a mail. The parser may raise any error on a damaged one."""
    return _parse_message(email.message_from_bytes(data, policy=email.policy.compat32), depth)


def _parse_message(message: Message, depth: int) -> MailContent:
    content = MailContent()
    sender = decode_header_value(message, "From")
    for key in _HEADERS:
        value = decode_header_value(message, key)
        if value and not (key in _REPEATING and value == sender):
            content.headers.append((key, value))
    for part in itertools.islice(_iterate_parts(message), _MAX_PARTS):
        _add_part(content, part, depth)
    return content


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


def _add_part(content: MailContent, part: Message, depth: int) -> None:
    kind, name = part.get_content_type(), find_attachment_name(part)
    is_attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind in _MAIL_TYPES:
        _add_inner_mail(content, part, name, depth)
    elif kind in ("text/plain", "text/html") and not is_attached:
        text = _decode_part_text(part).strip()
        if kind == "text/plain":
            content.plain = "\n\n".join(filter(None, (content.plain, text)))
        elif content.html.count("\0") < 3 and text:
            content.html = f"{content.html}\n\0{text}" if content.html else text
    elif kind in ("message/delivery-status", "message/disposition-notification"):
        content.plain = "\n\n".join(filter(None, (content.plain, _format_status(part))))
    elif kind in _SIGNATURES or kind in _KEYS:
        content.notes.append(_SIGNED_NOTE)
    else:
        _add_file(content, part, kind, name, depth)


def _add_file(content: MailContent, part: Message, kind: str, name: str, depth: int) -> None:
    data = _decode_payload(part)
    if kind in _SIGNED:
        signed = find_signed_content(data)
        if signed is None:
            content.notes.append("Its content is encrypted: I cannot read it.")
        elif depth < _MAX_DEPTH:
            content.notes.append(_SIGNED_NOTE)
            _merge(content, parse_mail(signed, depth + 1))
    elif kind == "application/pgp-encrypted":
        content.notes.append("Its content is encrypted: I cannot read it.")
    elif is_tnef(data):
        _merge(content, parse_tnef(data))
    else:
        content_id = str(part.get("Content-ID", "")).strip().strip("<>")[:200]
        content.attachments.append(Attachment(name or _build_name(kind), data, content_id))


def _merge(content: MailContent, inner: MailContent) -> None:
    """Take over what was packed once more: it belongs to the mail itself."""
    content.plain = content.plain or inner.plain
    content.html = content.html or inner.html
    content.attachments += inner.attachments
    content.inner += inner.inner
    content.notes += inner.notes


def _add_inner_mail(content: MailContent, part: Message, name: str, depth: int) -> None:
    payload = part.get_payload()
    message = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(message, Message) or depth >= _MAX_DEPTH:
        file_name = name or "a mail in a mail in a mail"
        content.attachments.append(Attachment(file_name, b"", note="too deep inside"))
        return
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding in ("base64", "quoted-printable") and not message.keys():
        # RFC 2046 forbids it, and programs do it.
        message["Content-Transfer-Encoding"] = encoding
        content.inner.append(parse_mail(_decode_payload(message), depth + 1))
        return
    content.inner.append(_parse_message(message, depth + 1))


def _format_status(part: Message) -> str:
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _decode_part_text(part)
    blocks = (
        "\n".join(f"{key}: {' '.join(str(value).split())[:500]}" for key, value in block.items())
        for block in payload[:20]
        if isinstance(block, Message)
    )
    return "\n\n".join(filter(None, blocks))


def _decode_payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decode_part_text(part: Message) -> str:
    return decode_text(_decode_payload(part), str(part.get_content_charset() or "")) or ""


def _build_name(kind: str) -> str:
    """Return a name for a part that has none: by its type, so that it is read as such."""
    if kind == "text/calendar":
        return "invitation.ics"
    ending = mimetypes.guess_extension(kind) or ""
    return f"a part of type {kind}"[:100] if not ending else f"{kind.partition('/')[0]}{ending}"
