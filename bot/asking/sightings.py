"""What the model is shown of each file, as it is recorded and told. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.asking.page_numbers import in_words
from bot.asking.sizes import document_tokens
from bot.asking.tokens import of_picture
from bot.exchange import Attachment, Document, Reading
from bot.material import Material, Passages
from bot.records import Sighting
from bot.types import FileRef

_NONE_YET = "You have not shown me any files in this thread yet."
_HEAD = "What I was shown of the files of this thread, when I was last asked about them:"
_UNREAD = "not read"


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


def told(seen: Sequence[Sighting]) -> str:
    """All of it as an answer."""
    if not seen:
        return _NONE_YET
    return "\n".join([_HEAD, "", *(f"- {_line(item)}" for item in seen)])


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
    count = max(reading.count, len(reading.pages))
    if len(numbers) >= count:
        return f"all {count:,} pages" if count > 1 else "1 page"
    return f"pages {in_words(numbers)} of {count:,}" if numbers else f"none of {count:,} pages"


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
        return f"**{item.name}**: not read. {item.left_out}".rstrip()
    facts = [item.kind, item.pages, f"{item.pixels} pixels" if item.pixels else ""]
    facts.append(f"about {item.tokens:,} tokens" if item.tokens else "nothing of it sent")
    left = f"; left out: {item.left_out}" if item.left_out else ""
    return f"**{item.name}**: {', '.join(fact for fact in facts if fact)}{left}"
