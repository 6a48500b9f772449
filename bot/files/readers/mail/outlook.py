"""Parses mails that Outlook stored as .msg (MS-OXMSG): a container with a stream per property."""

from __future__ import annotations

import datetime
import io
import struct
from typing import Any

from bot.files.readers.mail.content import Attachment, MailContent
from bot.files.readers.mail.outlook_text import add_body, decode_string

_PROPERTIES = "__properties_version1.0"
_RECIPIENT, _ATTACHED = "__recip_version1.0_#", "__attach_version1.0_#"
_SUBJECT, _SENDER, _SENDER_ADDRESS, _SENDER_SMTP, _FROM_SMTP = (
    0x0037,
    0x0C1A,
    0x0C1F,
    0x5D01,
    0x5D02,
)
_FROM, _FROM_ADDRESS, _SHOWN_TO, _SHOWN_CC, _SHOWN_BCC = 0x0042, 0x0065, 0x0E04, 0x0E03, 0x0E02
_BODY, _HTML, _RTF, _HEADERS = 0x1000, 0x1013, 0x1009, 0x007D
_NAME, _ADDRESS, _SMTP, _RECIPIENT_KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
_SENT, _DELIVERED, _CREATED, _CODE_PAGE, _TEXT_CODE_PAGE = 0x0039, 0x0E06, 0x3007, 0x3FDE, 0x3FFD
_DATA, _LONG_NAME, _SHORT_NAME, _CONTENT_ID, _DISPLAY = 0x3701, 0x3707, 0x3704, 0x3712, 0x3001
_STRING8, _STRING, _BINARY, _TIME, _LONG = 0x001E, 0x001F, 0x0102, 0x0040, 0x0003
_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_MAX_ENTRIES, _MAX_DEPTH, _MAX_RECIPIENTS, _MAX_STREAM_BYTES = 5_000, 4, 500, 64 * 1024 * 1024
# The bytes in front of the properties: of the file itself, of a mail in it, of others.
_HEAD_BYTES, _INNER_HEAD_BYTES, _PART_HEAD_BYTES = 32, 24, 8


def parse_outlook(data: bytes) -> MailContent:
    """Parse a .msg file. Raises any error for a damaged one, `ImportError` without olefile."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        names = ole.listdir(streams=True, storages=True)[:_MAX_ENTRIES]
        return _Message(ole, names, (), 0).parse()


class _Storage:
    """One storage of the container: its own properties, by their numbers."""

    def __init__(self, ole: Any, names: list[list[str]], path: tuple[str, ...], head: int) -> None:
        self.ole, self.names, self.path = ole, names, path
        self._fixed = self._read_fixed(head)
        page = self.get_number(_TEXT_CODE_PAGE) or self.get_number(_CODE_PAGE)
        self.code_page = f"cp{page}" if page and page != 65001 else "utf-8" if page else ""

    def list_storages(self, prefix: str) -> list[str]:
        """Return the names of storages in this one that begin so, in order."""
        depth = len(self.path)
        found = {
            name[depth]
            for name in self.names
            if len(name) > depth
            and tuple(name[:depth]) == self.path
            and name[depth].startswith(prefix)
        }
        return sorted(found)

    def read(self, number: int, kind: int) -> bytes:
        """Return a property's stream; b"" if there is none."""
        path = [*self.path, f"__substg1.0_{number:04X}{kind:04X}"]
        if self.ole.get_type(path) != 2 or self.ole.get_size(path) > _MAX_STREAM_BYTES:
            return b""
        return bytes(self.ole.openstream(path).read())

    def get_text(self, number: int) -> str:
        """Return a property that is text."""
        wide = self.read(number, _STRING)
        if wide:
            return decode_string(b"\xff\xfe" + wide)
        return decode_string(self.read(number, _STRING8), self.code_page)

    def get_number(self, number: int) -> int:
        """Return a property that is a number; 0 if there is none."""
        return int.from_bytes(self._fixed.get((number, _LONG), b"")[:4], "little")

    def get_time(self, number: int) -> str:
        """Return a property that is a moment, in UTC; "" if there is none."""
        ticks = int.from_bytes(self._fixed.get((number, _TIME), b""), "little")
        if not ticks:
            return ""
        try:
            moment = _EPOCH + datetime.timedelta(microseconds=ticks // 10)
        except OverflowError:
            return ""
        return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")

    def _read_fixed(self, head: int) -> dict[tuple[int, int], bytes]:
        path = [*self.path, _PROPERTIES]
        if self.ole.get_type(path) != 2:
            return {}
        data = self.ole.openstream(path).read(1_000_000)[head:]
        found = dict[tuple[int, int], bytes]()
        for position in range(0, len(data) - 15, 16):
            kind, number, _flags = struct.unpack_from("<HHI", data, position)
            found[number, kind] = data[position + 8 : position + 16]
        return found


class _Message:
    """A mail in the container, which may be in another one."""

    def __init__(self, ole: Any, names: list[list[str]], path: tuple[str, ...], depth: int) -> None:
        head = _INNER_HEAD_BYTES if depth else _HEAD_BYTES
        self._storage = _Storage(ole, names, path, head)
        self._depth = depth

    def parse(self) -> MailContent:
        """Return what the mail says."""
        storage, content = self._storage, MailContent()
        content.headers = [
            (key, value)
            for key, value in (
                ("From", self._format_sender()),
                *self._list_recipients(),
                ("Date", self._find_date()),
                ("Subject", " ".join(storage.get_text(_SUBJECT).split())),
            )
            if value
        ]
        page = storage.get_number(_CODE_PAGE)
        html = storage.read(_HTML, _BINARY)
        if not html and (text := storage.get_text(_HTML)):
            html = text.encode("utf-8", "replace")
            page = 65001
        code_page = "utf-8" if page == 65001 else f"cp{page}" if page else storage.code_page
        add_body(content, storage.get_text(_BODY), html, storage.read(_RTF, _BINARY), code_page)
        self._add_attachments(content)
        return content

    def _format_sender(self) -> str:
        storage = self._storage
        name = storage.get_text(_FROM).strip() or storage.get_text(_SENDER).strip()
        addresses = (_FROM_SMTP, _SENDER_SMTP, _FROM_ADDRESS, _SENDER_ADDRESS)
        return _format_person(name, [storage.get_text(number) for number in addresses])

    def _find_date(self) -> str:
        numbers = (_SENT, _DELIVERED, _CREATED)
        return next(filter(None, map(self._storage.get_time, numbers)), "")

    def _list_recipients(self) -> list[tuple[str, str]]:
        storage, found = self._storage, dict[str, list[str]]()
        for name in storage.list_storages(_RECIPIENT)[:_MAX_RECIPIENTS]:
            part = _Storage(storage.ole, storage.names, (*storage.path, name), _PART_HEAD_BYTES)
            key = _KINDS.get(part.get_number(_RECIPIENT_KIND) & 0xF, "To")
            addresses = [part.get_text(_SMTP), part.get_text(_ADDRESS)]
            found.setdefault(key, []).append(_format_person(part.get_text(_NAME), addresses))
        shown = {"To": _SHOWN_TO, "Cc": _SHOWN_CC, "Bcc": _SHOWN_BCC}
        return [
            (key, ", ".join(filter(None, found.get(key, []))) or storage.get_text(number).strip())
            for key, number in shown.items()
        ]

    def _add_attachments(self, content: MailContent) -> None:
        storage = self._storage
        for name in storage.list_storages(_ATTACHED):
            path = (*storage.path, name)
            part = _Storage(storage.ole, storage.names, path, _PART_HEAD_BYTES)
            title = next(
                filter(None, map(part.get_text, (_LONG_NAME, _SHORT_NAME, _DISPLAY))), "a file"
            )
            inner = f"__substg1.0_{_DATA:04X}000D"
            is_mail = storage.ole.get_type([*path, inner, _PROPERTIES]) == 2
            if is_mail and self._depth < _MAX_DEPTH:
                message = _Message(storage.ole, storage.names, (*path, inner), self._depth + 1)
                content.inner.append(message.parse())
                continue
            data = part.read(_DATA, _BINARY)
            note = "" if data else "it is an object of another program"
            content.attachments.append(
                Attachment(title.strip(), data, part.get_text(_CONTENT_ID).strip("<> "), note)
            )


def _format_person(name: str, addresses: list[str]) -> str:
    """Format a name with the first address that people can read."""
    readable = (address.strip() for address in addresses)
    address = next((address for address in readable if "@" in address), "")
    clean = " ".join(name.split()).strip("'\"")
    if not address or address == clean:
        return clean or address
    return f"{clean} <{address}>" if clean else address
