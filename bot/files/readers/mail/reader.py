"""Reads mails of every make: text, pictures in their places, the first attachments, inner mails."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field, replace

from bot.domain.errors import UserError
from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.containers.collecting import (
    MAIL_KIND,
    MAX_PICTURES,
    Collector,
    FileReader,
    Member,
    clean_path,
    format_size,
    is_shown_picture,
)
from bot.files.readers.html_text import convert_html
from bot.files.readers.mail.content import Attachment, MailContent
from bot.files.readers.text_files import split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

MAX_ATTACHMENTS_READ = 10
_MAX_LISTED, _MAX_LOOKED_AT = 100, 40
# A text that only asks for another program is shorter than this, and far shorter than the other.
_STUB_CHARS, _STUB_RATIO = 300, 3


def build_mail_file(name: str, contents: list[MailContent], read: FileReader) -> ParsedFile:
    """Return mails as one file. Raises `UnreadableError` if nothing is in them."""
    if all(content.is_empty for content in contents):
        raise build_unreadable_error(name, "damaged", detail="no mail")
    writer = _MailWriter(Collector(read, "Attachment"))
    titles = [f"Mail {number}:" for number in range(1, len(contents) + 1)]
    texts = [
        writer.write(content, title if len(contents) > 1 else "")
        for title, content in zip(titles, contents, strict=True)
    ]
    text, left_out = truncate_text("\n\n".join(texts) + "\n")
    pages = (*split_pages(text), *writer.collector.pages)
    pictures = tuple(writer.collector.pictures)
    parsed_file = ParsedFile(clean_name(name), MAIL_KIND, pictures, pages, len(pages), left_out)
    parsed_file = replace(parsed_file, guessed_parts=writer.collector.format_guesses())
    for what in writer.list_left_out():
        parsed_file = parsed_file.add_left_out(what)
    return parsed_file


@dataclass
class _MailWriter:
    """Writes mails as text; reads what came with them within the bounds of one file."""

    collector: Collector
    tried_count: int = 0
    attachment_count: int = 0
    unread_count: int = 0
    picture_count: int = 0
    looked_at_count: int = 0
    # Pictures that the text of the mail at hand has shown, by the names it gives them.
    shown: dict[str, str] = field(default_factory=dict)

    def write(self, content: MailContent, title: str = "") -> str:
        """Return a mail as text, with those in it below; `title` stands above it."""
        headers = "\n".join(f"{key}: {value}" for key, value in content.headers)
        self.shown = {}
        body = self._write_body(content)
        listed = self._list_attachments(content)
        notes = "\n".join(dict.fromkeys(content.notes))
        blocks = [title, headers, notes, body, listed]
        for number, inner in enumerate(content.inner, 1):
            blocks.append(self.write(inner, f"Mail within this mail, number {number}:"))
        return "\n\n".join(filter(None, blocks))

    def list_left_out(self) -> list[Message]:
        """Return what is not shown, in words."""
        found = list[Message]()
        if self.unread_count:
            found.append(
                Message(
                    "{count:,} of {total:,} attachments only listed",
                    count=self.unread_count,
                    total=self.attachment_count,
                )
            )
        unseen = self.picture_count - len(self.collector.pictures)
        if unseen > 0:
            found.append(
                Message("{count:,} of {total:,} pictures", count=unseen, total=self.picture_count)
            )
        return found

    def _write_body(self, content: MailContent) -> str:
        plain = content.plain.strip()
        named = [one for one in content.attachments if one.content_id]
        has_pictures = any(f"cid:{one.content_id}" in content.html for one in named)
        if not content.html or (plain and not has_pictures and len(plain) >= _STUB_CHARS):
            return plain
        if plain and not has_pictures:
            rich = convert_html(content.html, lambda _source, _alt: "")
            return rich if len(rich) > _STUB_RATIO * len(plain) + _STUB_CHARS else plain
        attachments = {one.content_id: one for one in named}
        return convert_html(
            content.html, lambda source, alt: self._place_picture(source, alt, attachments)
        )

    def _place_picture(self, source: str, alt: str, attachments: dict[str, Attachment]) -> str:
        if source in self.shown:
            return self.shown[source]
        attachment = attachments.get(source.removeprefix("cid:"))
        if source.startswith("data:image/"):
            attachment = _decode_inline(source)
        words = f": {alt}" if alt else ""
        if attachment is None:
            self.picture_count += 1
            return f"[picture{words}]"
        picture = self._look_at(attachment)
        if picture is not None and not is_shown_picture(picture):
            # A line or a dot that lays out or counts.
            self.shown[source] = ""
            return ""
        self.picture_count += 1
        number = self._add_picture(attachment, picture)
        self.shown[source] = f"[picture {number}{words}]" if number else f"[picture{words}]"
        return self.shown[source]

    def _look_at(self, attachment: Attachment) -> Image | None:
        """Return the picture that an attachment is; None if it is none, or one too many."""
        self.looked_at_count += 1
        if len(self.collector.pictures) >= MAX_PICTURES or self.looked_at_count > _MAX_LOOKED_AT:
            return None
        try:
            pictures = self.collector.read(attachment.name, attachment.data).pictures
        except UserError:
            return None
        return pictures[0] if pictures else None

    def _add_picture(self, attachment: Attachment, picture: Image | None) -> int:
        """Show a picture; returns its number, 0 if it is not shown."""
        if picture is None:
            return 0
        pictures = self.collector.pictures
        number = len(pictures) + 1
        name = clean_name(attachment.name.rpartition("/")[2])
        pictures.append(replace(picture, name=name, part=f"picture {number}"))
        return number

    def _list_attachments(self, content: MailContent) -> str:
        rest = [one for one in content.attachments if f"cid:{one.content_id}" not in self.shown]
        self.attachment_count += len(rest)
        lines = list[str]()
        for attachment in rest:
            note = self._read_attachment(attachment)
            suffix = f" ({note})" if note else ""
            size = format_size(len(attachment.data))
            lines.append(f"- {clean_name(attachment.name)}, {size}{suffix}")
        if len(rest) > _MAX_LISTED:
            lines[_MAX_LISTED:] = [f"... and {len(rest) - _MAX_LISTED:,} more"]
        return "\n".join([f"Attachments ({len(rest)}):", *lines]) if rest else ""

    def _read_attachment(self, attachment: Attachment) -> str:
        """Read an attachment if it is among the first; returns what to note of it."""
        if attachment.note or not attachment.data or self.tried_count >= MAX_ATTACHMENTS_READ:
            self.unread_count += 1
            empty_note = "" if attachment.data else "it is empty"
            return attachment.note or empty_note or "not opened"
        self.tried_count += 1
        collector, number = self.collector, self.tried_count
        before, read_before = len(collector.pictures), collector.read_count
        unseen_before = collector.unseen_pictures
        member = Member(clean_path(clean_name(attachment.name)), len(attachment.data))
        collector.add(number, member, attachment.data)
        new_count = len(collector.pictures) - before
        self.picture_count += new_count + collector.unseen_pictures - unseen_before
        if collector.read_count == read_before:
            self.unread_count += 1
        elif new_count == 1:
            collector.notes.setdefault(number, f"shown as picture {before + 1}")
        return collector.notes.get(number, "")


def _decode_inline(source: str) -> Attachment | None:
    head, _, text = source.partition(",")
    if not head.endswith(";base64"):
        return None
    kind = re.sub(r"[^a-z]", "", head.removeprefix("data:image/").partition(";")[0])
    try:
        return Attachment(f"picture.{kind}", base64.b64decode("".join(text.split())))
    except (ValueError, binascii.Error):
        return None
