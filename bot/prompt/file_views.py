"""What the model is shown of each file, as it is recorded and told. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Attachment, Document, FileRef, Material, Passages, Reading, Sighting
from bot.domain.pages import in_words
from bot.domain.tokens import of_picture
from bot.prompt.estimate import document_tokens

_NONE_YET = "You have not shown me any files in this thread yet."
_HEAD = "What I was shown of this thread's files, last time each was needed:"
_UNREAD = "not read"
_GONE, _MADE = "deleted in Slack", "made by me, and not looked at since"
_NOT_ASKED = "not looked at so far"
# What people count of such files, in the place of pages.
_UNITS = {"Excel workbook": "sheet", "PowerPoint presentation": "slide", "ZIP archive": "file"}
_REFUSAL = re.compile(r"^I could not (?:read|open) .{1,200}?: ")


def sightings(material: Material, files: Sequence[FileRef]) -> tuple[Sighting, ...]:
    """What of `material`, which is sent, belongs to which file; `files` are the message's own."""
    unread = {item.file: item for item in material.unread}
    names = {ref.id: ref.name for ref in files}
    # A file of earlier that was only looked into was not shown: what was shown before still holds.
    shown = {picture.file for picture in (*material.remembered, *material.sent)}
    shown |= {document.file for document in material.documents}
    shown |= {part.file for part in material.passages if part.pages}
    earlier = [file for file in material.readings if file in shown and file not in names]
    ids = list(dict.fromkeys([*earlier, *names, *unread]))
    return tuple(_sighting(file, names, material) for file in ids if file)


def told(seen: Sequence[Sighting], files: Sequence[FileRef]) -> str:
    """All of it as an answer; `files` are those of the thread, oldest first."""
    known = {item.file: item for item in seen}
    lines = [_line(known[ref.id] if ref.id in known else _unseen(ref)) for ref in files]
    ids = {ref.id for ref in files}
    lines += [_line(item) for item in seen if item.file not in ids]
    return "\n".join([_HEAD, "", *(f"- {line}" for line in lines)]) if lines else _NONE_YET


def _unseen(ref: FileRef) -> Sighting:
    if ref.is_gone:
        return Sighting(ref.id, ref.name, _GONE)
    kind = _MADE if ref.version else _NOT_ASKED
    return Sighting(ref.id, ref.name, kind)


def _sighting(file: str, names: dict[str, str], material: Material) -> Sighting:
    reading = material.readings.get(file)
    if reading is None:
        unread = next((item for item in material.unread if item.file == file), None)
        name = unread.name if unread else names.get(file, "a file")
        return Sighting(file, name, _UNREAD, left_out=unread.said if unread else "")
    pictures = [item for item in (*material.remembered, *material.sent) if item.file == file]
    document = next((item for item in material.documents if item.file == file), None)
    part = next((item for item in material.passages if item.file == file), None)
    return Sighting(
        file=file,
        name=reading.name,
        kind=reading.kind,
        pages=_pages(reading, document, part),
        pixels=_pixels(pictures),
        tokens=_tokens(pictures, document, part),
        left_out=reading.left_out,
    )


def _pages(reading: Reading, document: Document | None, part: Passages | None) -> str:
    if not reading.pages and not document:
        return ""
    numbers: Sequence[int] = ()
    if document is not None:
        numbers = [number for number, _ in document.numbered]
    elif part is not None:
        numbers = [number for number, _ in part.pages]
    pages, count = len(reading.pages), max(reading.count, len(reading.pages))
    unit = _UNITS.get(reading.kind, "page")
    units = reading.count if reading.kind in _UNITS else count
    if not numbers:
        return f"none of {units:,} {unit}s"
    if len(numbers) >= max(pages, 1) and pages >= reading.count:
        return f"all {units:,} {unit}s" if units > 1 else f"1 {unit}"
    if reading.kind in _UNITS:
        return f"some of {units:,} {unit}s"
    return f"page{'s' if len(numbers) > 1 else ''} {in_words(numbers)} of {count:,}"


def _pixels(pictures: Sequence[Attachment]) -> str:
    if not pictures:
        return ""
    first = pictures[0]
    size = f"{first.width}×{first.height}"
    return size if len(pictures) == 1 else f"{len(pictures)} pictures of about {size}"


def _tokens(
    pictures: Sequence[Attachment], document: Document | None, part: Passages | None
) -> int:
    tokens = sum(of_picture(picture.width, picture.height) for picture in pictures)
    if document is not None:
        tokens += document_tokens(document)
    elif part is not None:
        tokens += part.tokens
    return tokens


def _line(item: Sighting) -> str:
    if item.kind == _UNREAD:
        why = _REFUSAL.sub("", item.left_out)
        return f"**{item.name}**: not read: {why}" if why else f"**{item.name}**: not read"
    if item.kind in (_GONE, _MADE, _NOT_ASKED):
        return f"**{item.name}**: {item.kind}"
    facts = [item.kind, item.pages, f"{item.pixels} pixels" if item.pixels else ""]
    facts.append(f"about {item.tokens:,} tokens" if item.tokens else "nothing of it sent")
    # That some pages were shown says already that others were not.
    said = item.left_out.startswith("all pages but")
    left = f"; left out: {item.left_out}" if item.left_out and not said else ""
    return f"**{item.name}**: {', '.join(fact for fact in facts if fact)}{left}"
