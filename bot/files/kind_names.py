"""Names kinds of files for people. To readers, and to the model, a kind is its English name."""

from __future__ import annotations

import re

from bot.domain.messages import Message

_KINDS: dict[str, Message] = {
    str(message): message
    for message in (
        Message("Word document"),
        Message("Excel workbook"),
        Message("PowerPoint presentation"),
        Message("OpenDocument spreadsheet"),
        Message("SVG drawing"),
        Message("ZIP archive"),
        Message("web page"),
        Message("e-mail"),
        Message("text"),
        Message("log"),
        Message("calendar file"),
        Message("contact file"),
        Message("subtitle file"),
        Message("notebook file"),
        Message("e-book"),
        Message("OpenDocument text"),
        Message("OpenDocument presentation"),
        Message("Pages document"),
        Message("Numbers sheet"),
        Message("Keynote presentation"),
        Message("iWork document"),
    )
}
_FORMATS = {
    "picture": "{format} picture",
    "source": "{format} source",
    "file": "{format} file",
    "archive": "{format} archive",
    "drawing": "{format} drawing",
    "document": "{format} document",
    "database": "{format} database",
}
_PAGED_PICTURE = "{format} picture of {count} pages"
_MOVING_PICTURE = "moving {format} picture"
_PATTERN = re.compile(
    r"(?P<moving>moving )?(?P<format>\S+)"
    r" (?P<noun>picture|source|file|archive|drawing|document|database)"
    r"(?: of (?P<count>\d{1,9}) pages)?"
)


def name_kind(kind: str) -> str:
    """Return the name of a kind as a `Message`; what has none in other languages as it is."""
    found = _PATTERN.fullmatch(kind)
    if kind in _KINDS or found is None:
        return _KINDS.get(kind, kind)
    if found["count"]:
        return Message(_PAGED_PICTURE, format=found["format"], count=int(found["count"]))
    if found["moving"]:
        return Message(_MOVING_PICTURE, format=found["format"])
    return Message(_FORMATS[found["noun"]], format=found["format"])
