"""Decodes words of mail headers: encoded ones, raw bytes, and names of attachments. Pure."""

from __future__ import annotations

import contextlib
import email.policy
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value

from bot.domain.safe_text import clean_name
from bot.files.readers.encodings.labels import find_codec
from bot.files.readers.text_files import decode_text

_MAX_HEADER_CHARS, _MAX_NAME_CHARS = 2_000, 500
_CONTROL_CODE = re.compile(r"\x1b\[[0-9;?]{0,20}[a-zA-Z]|[\x00-\x08\x0b-\x1f\x7f]")
_ENCODED_START = re.compile(r"=\?([^?*\s]{1,40})((?:\*[^?\s]{0,40})?\?[bBqQ]\?)")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?]{0,500}\?=")


def decode_header_value(message: Message, key: str) -> str:
    """Return the decoded value of a header; "" if there is no such header."""
    raw = next((str(v) for k, v in message.raw_items() if k.lower() == key.lower()), "")
    # Parsing time grows faster than the length, and a few lost addresses do not matter.
    raw = " ".join(raw[:_MAX_HEADER_CHARS].split())
    bare = _ENCODED_START.sub(_name_codec, decode_raw(raw))
    if not raw.isascii():
        return decode_words(bare)
    try:
        value = str(email.policy.default.header_factory(key, bare))
        return "".join(c for c in value if c.isprintable())
    except Exception:  # noqa: BLE001 - the parser of addresses raises anything
        return decode_words(bare)


def _name_codec(match: re.Match[str]) -> str:
    """Name an encoding as browsers take it: Windows programs call theirs ISO 8859-1, too."""
    return f"=?{find_codec(match[1]) or match[1]}{match[2]}"


def decode_raw(text: str) -> str:
    """Decode bytes beyond ASCII that were not encoded: they arrive as lone surrogates.

    Control codes are dropped.
    """
    # With NULs in it, a short text would pass for one of 16 bits.
    text = _CONTROL_CODE.sub("", text)
    if text.isascii():
        return text
    return decode_text(text.encode("utf-8", "surrogateescape")) or ""


def decode_words(text: str) -> str:
    """Decode encoded words, wherever they are: many programs put them into quotes."""
    if "=?" not in text:
        return text
    # Blanks between two of them are none (RFC 2047, 6.2).
    joined = re.sub(r"\?=\s{1,20}=\?", "?==?", text[:_MAX_HEADER_CHARS])
    decoded = _ENCODED_WORD.sub(lambda match: _decode_word(match[0]), joined)
    return "".join(c for c in decoded if c.isprintable())


def _decode_word(word: str) -> str:
    try:
        [(raw, charset)] = decode_header(word)
    except (ValueError, HeaderParseError):
        return word
    if isinstance(raw, str):
        return raw
    return decode_text(raw, charset or "") or raw.decode("ascii", "replace")


def find_attachment_name(part: Message) -> str:
    """Return the file name of a part, decoded however it was encoded; "" if it has none."""
    for key, header in (("filename", "content-disposition"), ("name", "content-type")):
        value = None
        # The parser of parameters raises anything.
        with contextlib.suppress(Exception):
            value = part.get_param(key, None, header)
        if value:
            text = collapse_rfc2231_value(value) if isinstance(value, tuple) else str(value)
            return clean_name(decode_words(decode_raw(text[:_MAX_NAME_CHARS])))
    return ""
