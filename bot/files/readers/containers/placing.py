"""Shows the first pictures of a document that matter, and says where each is in its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.errors import UserError
from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.containers.collecting import MAX_PICTURES, FileReader, is_shown_picture

# Looking at a picture takes time, whether it is shown or not.
_MAX_LOOKED_AT = 40


@dataclass
class PicturePlacer:
    """Collects pictures. `load` returns the bytes of what the text names, None if it is not there.

    `read` is called with a name and bytes.
    """

    read: FileReader
    load: Callable[[str], bytes | None]
    pictures: list[Image] = field(default_factory=list)
    count: int = 0
    _looked_at_count: int = 0
    _placed: dict[str, str] = field(default_factory=dict)

    def place(self, source: str, alt: str = "") -> str:
        """Return what is written in the text for a picture: its number, if it is shown."""
        if source not in self._placed:
            self._placed[source] = self._place_new(source, alt)
        return self._placed[source]

    def list_left_out(self) -> list[Message]:
        """Return what is not shown, in words."""
        unseen = self.count - len(self.pictures)
        if unseen <= 0:
            return []
        return [Message("{count:,} of {total:,} pictures", count=unseen, total=self.count)]

    def finish(self, parsed_file: ParsedFile) -> ParsedFile:
        """Return the file with the pictures, and with what is not shown of them."""
        parsed_file = replace(parsed_file, pictures=(*parsed_file.pictures, *self.pictures))
        for what in self.list_left_out():
            parsed_file = parsed_file.add_left_out(what)
        return parsed_file

    def _place_new(self, source: str, alt: str) -> str:
        words = f": {alt}" if alt else ""
        picture = self._look_at(source)
        if picture is not None and not is_shown_picture(picture):
            # A line or a dot that lays out or counts.
            return ""
        self.count += 1
        if picture is None:
            return f"[picture{words}]"
        number = len(self.pictures) + 1
        name = clean_name(source.rpartition("/")[2])
        self.pictures.append(replace(picture, name=name, part=f"picture {number}"))
        return f"[picture {number}{words}]"

    def _look_at(self, source: str) -> Image | None:
        if len(self.pictures) >= MAX_PICTURES or self._looked_at_count >= _MAX_LOOKED_AT:
            return None
        data = self.load(source)
        if not data:
            return None
        self._looked_at_count += 1
        try:
            pictures = self.read(source.rpartition("/")[2], data).pictures
        except UserError:
            return None
        return pictures[0] if pictures else None
