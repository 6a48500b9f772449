"""Reads files that hold mails: .eml, .emlx, .mbox, .msg and winmail.dat."""

from __future__ import annotations

import re

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.readers.containers.collecting import FileReader
from bot.files.readers.mail.mime import parse_mail
from bot.files.readers.mail.outlook import parse_outlook
from bot.files.readers.mail.reader import build_mail_file
from bot.files.readers.mail.tnef import parse_tnef

MAX_MAILS = 50
_MAIL_START = re.compile(rb"(?:\A|\n)From [^\n]{1,200}\d{4}\r?\n(?=[!-9;-~]{1,80}:)")
# Mail on a Mac keeps the length of a mail in front of it, and a list of properties behind it.
_LENGTH_LINE = re.compile(rb"\A\s{0,10}(\d{1,12})\s{0,10}\n")


def read_mail(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read a mail, or the first of a mailbox. Raises `UnreadableError` or any parser's error."""
    starts = [match.start() for match in _MAIL_START.finditer(data)]
    if starts and data.startswith(b"From "):
        return _read_mailbox(name, data, starts, read)
    length = _LENGTH_LINE.match(data)
    if length is not None:
        data = data[length.end() : length.end() + int(length[1])]
    return build_mail_file(name, [parse_mail(data)], read)


def _read_mailbox(name: str, data: bytes, starts: list[int], read: FileReader) -> ParsedFile:
    ends = [*starts[1:], len(data)]
    mails = list[bytes]()
    for start, end in list(zip(starts, ends, strict=True))[:MAX_MAILS]:
        lines = data[start:end].lstrip(b"\n").partition(b"\n")[2]
        # Lines of the text that begin so were changed by whoever wrote the mailbox.
        mails.append(re.sub(rb"(?m)^>(>*From )", rb"\1", lines))
    parsed_file = build_mail_file(name, [parse_mail(mail) for mail in mails], read)
    unread_count = len(starts) - len(mails)
    if not unread_count:
        return parsed_file
    return parsed_file.add_left_out(
        Message("{count:,} of {total:,} mails", count=unread_count, total=len(starts))
    )


def read_outlook_mail(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read a mail that Outlook stored. Raises as `read_mail`."""
    return build_mail_file(name, [parse_outlook(data)], read)


def read_tnef(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read winmail.dat. Raises as `read_mail`."""
    return build_mail_file(name, [parse_tnef(data)], read)
