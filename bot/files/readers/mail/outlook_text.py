"""Decodes text as Outlook stores it: strings, HTML, and RTF packed by its own method. Pure."""

from __future__ import annotations

from bot.files.readers.documents.rtf_text import convert_rtf
from bot.files.readers.mail.content import MailContent
from bot.files.readers.text_files import decode_text

_PACKED, _UNPACKED = b"LZFu", b"MELA"
_MAX_RTF_BYTES = 8 * 1024 * 1024
# What the window holds at first (MS-OXRTFCP, 2.1.2.1).
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096


def decode_string(value: bytes, code_page: str = "") -> str:
    """Decode a string: UTF-16 if it begins with its mark, else text of the code page."""
    if value.startswith(b"\xff\xfe"):
        text = value[2:].decode("utf-16-le", "replace")
    else:
        text = decode_text(value.rstrip(b"\0"), code_page) or "" if value else ""
    return text.replace("\0", "").replace("\r\n", "\n")


def add_body(content: MailContent, plain: str, html: bytes, rtf: bytes, code_page: str) -> None:
    """Set the text of a mail from the forms that Outlook stored."""
    content.plain = plain.strip() or content.plain
    if html.strip(b"\0 \r\n"):
        content.html = decode_string(html, code_page)
    elif rtf and not content.html:
        converted = convert_rtf(unpack_rtf(rtf))
        content.html = converted.html
        content.plain = content.plain or converted.text.replace("\x1d", "[picture]").strip()


def unpack_rtf(data: bytes) -> bytes:
    """Unpack RTF (MS-OXRTFCP), as much as is there and no more than it claims."""
    if data[8:12] == _UNPACKED:
        return data[16:]
    if data[8:12] != _PACKED:
        return data if data.startswith(b"{\\rtf") else b""
    limit = min(int.from_bytes(data[4:8], "little"), _MAX_RTF_BYTES)
    unpacker = _Unpacker(data, limit)
    while unpacker.unpack_run():
        pass
    return bytes(unpacker.out[:limit])


class _Unpacker:
    """Unpacks eight pieces at a time: each a byte, or a place in the last 4096 and a length."""

    def __init__(self, data: bytes, limit: int) -> None:
        self._data, self._limit = data, limit
        self._window, self._at = bytearray(_START.ljust(_WINDOW, b"\0")), len(_START)
        self._position = 16
        self.out = bytearray()

    def unpack_run(self) -> bool:
        """Unpack the pieces of one byte of flags; returns whether there are more."""
        flags = self._data[self._position] if self._position < len(self._data) else 0
        self._position += 1
        for bit in range(8):
            if self._position >= len(self._data) or len(self.out) >= self._limit:
                return False
            if not flags >> bit & 1:
                self._add(self._data[self._position])
                self._position += 1
                continue
            reference = int.from_bytes(self._data[self._position : self._position + 2], "big")
            self._position += 2
            start = reference >> 4
            if start == self._at:
                return False
            for offset in range((reference & 15) + 2):
                self._add(self._window[(start + offset) % _WINDOW])
        return True

    def _add(self, value: int) -> None:
        self.out.append(value)
        self._window[self._at] = value
        self._at = (self._at + 1) % _WINDOW
