"""Turns RTF into text with its characters, tables and the places of its pictures.

Characters come as bytes of a font's or the document's code page, or as numbers of UTF-16 with a
replacement to skip (RTF 1.9.1, "Unicode RTF"). RTF around HTML gives it back (MS-OXRTFEX).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.files.readers.documents.rtf_pieces import decode_bytes, format_lines, iterate_tokens
from bot.files.readers.documents.rtf_words import BREAKS, CHARSETS, READ_STARRED, SKIPPED, SYMBOLS

_PICTURE_KINDS = frozenset(("pngblip", "jpegblip"))
_MAX_DEPTH, _MAX_PICTURES, _MAX_PICTURE_BYTES = 1_000, 200, 20 * 1024 * 1024
_PICTURE = "\x1d"


@dataclass(frozen=True)
class RtfText:
    """The text of a document, or its HTML; each `\\x1d` is the place of one of `pictures`.

    A picture of a format that is not read is b"".
    """

    text: str
    html: str = ""
    pictures: tuple[bytes, ...] = ()


@dataclass
class _Group:
    """What holds between two braces."""

    is_skipped: bool = False
    skip_count: int = 1
    encoding: str = ""
    is_picture: bool = False
    is_html_tag: bool = False
    is_hidden_rtf: bool = False
    is_font_table: bool = False
    is_starred: bool = False
    has_name: bool = False
    is_hidden: bool = False
    end: str = ""


@dataclass
class _RtfReader:
    """Takes the tokens of a document, in order."""

    pieces: list[str] = field(default_factory=list)
    group: _Group = field(default_factory=_Group)
    stack: list[_Group] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    page: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    default_font: int = 0
    to_skip: int = 0
    high: int = 0
    deeper: int = 0
    wraps_html: bool = False
    pictures: list[bytes] = field(default_factory=list)
    hex_digits: list[bytes] = field(default_factory=list)
    picture_kind: str = ""

    def take_word(self, word: str, number: int | None) -> None:
        """Take a control word and its number."""
        is_first, self.group.has_name = not self.group.has_name, True
        if number is not None and word in ("u", "uc", "f", "fcharset", "cpg", "deff"):
            self._take_number(word, number)
        elif is_first and self._open_destination(word):
            pass
        elif word in BREAKS:
            self._add(BREAKS[word])
        elif self.group.is_picture and word in _PICTURE_KINDS:
            self.picture_kind = word
        else:
            self._set_property(word, number)

    def _take_number(self, word: str, number: int) -> None:
        if word == "u":
            self._take_unicode(number)
        elif word == "uc":
            self.group.skip_count = max(0, min(number, 10))
        elif word == "f":
            self._choose_font(number)
        elif word == "deff":
            self.default_font = number
        elif self.group.is_font_table:
            self.fonts[self.font] = f"cp{number}" if word == "cpg" else CHARSETS.get(number, "")

    def _set_property(self, word: str, number: int | None) -> None:
        if word == "ansicpg" and number:
            self.page = f"cp{number}"
        elif word in ("mac", "pc", "pca"):
            self.page = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "plain":
            self.flush()
            self.group.encoding, self.group.is_hidden = self.fonts.get(self.default_font, ""), False
        elif word == "v":
            self.group.is_hidden = number != 0
        elif word == "fromhtml":
            self.wraps_html = True
        elif word == "htmlrtf":
            self.group.is_hidden_rtf = number != 0

    def _choose_font(self, number: int) -> None:
        if self.group.is_font_table:
            self.font = number
        else:
            self.flush()
            self.group.encoding = self.fonts.get(number, "")

    def _open_destination(self, word: str) -> bool:
        """Take the name of a group; returns whether it was one."""
        group = self.group
        if word == "fonttbl":
            group.is_skipped = group.is_font_table = True
        elif word == "pict":
            group.is_picture = True
            self.hex_digits, self.picture_kind = [], ""
        elif word == "htmltag" and group.is_starred:
            group.is_html_tag = True
        elif word in ("footnote", "annotation"):
            self._add(" [")
            group.end = "]"
        elif word in SKIPPED or (group.is_starred and word not in READ_STARRED):
            group.is_skipped = True
        else:
            return False
        return True

    def _take_unicode(self, number: int) -> None:
        self.flush()
        unit = number & 0xFFFF
        if 0xD800 <= unit < 0xDC00:
            self.high = unit
        elif 0xDC00 <= unit < 0xE000 and self.high:
            self._add(chr(0x10000 + ((self.high - 0xD800) << 10) + unit - 0xDC00))
            self.high = 0
        elif not 0xD800 <= unit < 0xE000:
            # Fonts of symbols write their characters here.
            self._add(chr(unit - 0xF000) if 0xF020 <= unit <= 0xF0FF else chr(unit))
        self.to_skip = self.group.skip_count

    def take_byte(self, value: int) -> None:
        """Take a byte that was written as two hexadecimal digits."""
        if self.to_skip:
            self.to_skip -= 1
        elif not self._is_silent():
            self.raw.append(value)

    def take_symbol(self, symbol: bytes) -> None:
        """Take a control symbol."""
        if symbol == b"*":
            self.group.is_starred = True
        elif self.to_skip:
            self.to_skip -= 1
        else:
            self._add(SYMBOLS.get(symbol, symbol.decode("latin-1") if symbol in b"\\{}" else ""))

    def take_text(self, text: bytes) -> None:
        """Take plain bytes."""
        if self.group.is_picture:
            self.hex_digits.append(text)
            return
        self.group.has_name = True
        skipped = min(self.to_skip, len(text))
        self.to_skip -= skipped
        if not self._is_silent():
            self.raw += text[skipped:]

    def open_group(self) -> None:
        """Take an opening brace."""
        self.flush()
        self.to_skip = 0
        if len(self.stack) >= _MAX_DEPTH:
            self.deeper += 1
            return
        self.stack.append(self.group)
        self.group = replace(
            self.group, is_starred=False, has_name=False, is_html_tag=False, is_picture=False,
            end="",
        )  # fmt: skip

    def close_group(self) -> None:
        """Take a closing brace."""
        self.flush()
        self.to_skip = 0
        if self.deeper:
            self.deeper -= 1
            return
        if self.group.is_picture:
            self._end_picture()
        self._add(self.group.end)
        if self.stack:
            self.group = self.stack.pop()

    def _end_picture(self) -> None:
        if self.group.is_skipped or self.wraps_html:
            return
        digits = b"".join(b"".join(self.hex_digits).split())
        data = b""
        if self.picture_kind and len(digits) <= 2 * _MAX_PICTURE_BYTES and len(digits) % 2 == 0:
            try:
                data = bytes.fromhex(digits.decode("ascii"))
            except ValueError:
                data = b""
        if len(self.pictures) < _MAX_PICTURES:
            self.pictures.append(data)
            self.group.is_picture = False
            self._add(_PICTURE)

    def _is_silent(self) -> bool:
        group = self.group
        if group.is_skipped or group.is_picture or group.is_hidden:
            return True
        return self.wraps_html and group.is_hidden_rtf and not group.is_html_tag

    def _add(self, text: str) -> None:
        self.flush()
        if text and not self._is_silent():
            self.pieces.append(text)

    def flush(self) -> None:
        """Decode the bytes so far: a character may take two of them."""
        if self.raw:
            self.pieces.append(decode_bytes(bytes(self.raw), self.group.encoding or self.page))
            self.raw.clear()


def convert_rtf(data: bytes) -> RtfText:
    """Return the text of RTF, whatever is wrong with it."""
    reader = _RtfReader()
    for match in iterate_tokens(data):
        word, number, byte, symbol, brace, text = match.groups()
        if word:
            reader.take_word(word.decode(), int(number) if number else None)
        elif byte:
            reader.take_byte(int(byte, 16))
        elif symbol:
            reader.take_symbol(symbol)
        elif brace:
            (reader.open_group if brace == b"{" else reader.close_group)()
        elif text:
            reader.take_text(text)
    reader.flush()
    joined = "".join(reader.pieces)
    if reader.wraps_html:
        return RtfText("", joined.replace("\x1f", "").replace("\x1e", ""))
    return RtfText("\n".join(format_lines(joined)), "", tuple(reader.pictures))
