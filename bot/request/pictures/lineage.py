"""What the pictures of a thread were made of, and which one stood before another. Pure.

See `bot.commands.revert` for going back to one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import FileRef
from bot.domain.safe_text import clean_name
from bot.request.pictures.drawing_wishes import is_drawing_request
from bot.request.pictures.go_back import parse_go_back

# Of what people send, these can be shown again as they are.
_SHOWN_MIMETYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")


def find_before(files: Sequence[FileRef], steps: int) -> FileRef | None:
    """Return the picture that was the newest `steps` changes ago; None where there is none.

    `files` are those of a thread, oldest first. What a model drew for a change to a part counts for
    nothing, as the picture that was put together of it is the answer. A picture that was sent
    counts once something was made of it alone.
    """
    current, places = find_current(files), {id(ref): place for place, ref in enumerate(files)}
    if current is None:
        return None
    end = places[id(current)]
    before = [ref for ref in _list_states(files) if places[id(ref)] < end]
    return before[max(0, len(before) - steps)] if before else None


def find_current(files: Sequence[FileRef]) -> FileRef | None:
    """Return the newest version, or its original if it was brought back; None without versions.

    So undoing twice goes back two steps instead of alternating.
    """
    versions = [ref for ref in files if ref.version]
    if not versions:
        return None
    current = versions[-1]
    for _ in versions:
        is_brought_back = current.version and parse_go_back(current.request_text)
        before = find_original(current, files) if is_brought_back else None
        if before is None:
            break
        current = before
    return current


def _list_states(files: Sequence[FileRef]) -> list[FileRef]:
    """Return the pictures that were the newest of their thread at some time."""
    versions = [ref for ref in files if ref.version]
    raw = {(one.answer_id, one.made_from) for one in versions if one.answer_id}
    changed = {
        source.id
        for one in versions
        if not is_drawing_request(one.request_text)
        and (source := find_original(one, files)) is not None
    }
    return [
        ref
        for ref in files
        if (ref.version and (ref.answer_id, get_name(ref)) not in raw)
        or (ref.id in changed and _can_be_shown(ref))
    ]


def _can_be_shown(ref: FileRef) -> bool:
    return not ref.version and not ref.is_gone and ref.mimetype in _SHOWN_MIMETYPES


def find_original(ref: FileRef, pictures: Sequence[FileRef]) -> FileRef | None:
    """Return the picture that a version was made of; None where that is not known for sure."""
    if not ref.version or not ref.made_from:
        return None
    found = [one for one in pictures if get_name(one) == ref.made_from and one.id != ref.id]
    return found[0] if len(found) == 1 else None


def get_name(ref: FileRef) -> str:
    """Return how people call a picture."""
    return f"v{ref.version}" if ref.version else clean_name(ref.name)
