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


def find_before(files: Sequence[FileRef], steps: int) -> tuple[FileRef, ...]:
    """Return what stood where the newest pictures stand now, `steps` answers ago; () where nothing
    did.

    `files` are those of a thread, oldest first. Of several that one answer changed, these are what
    they were made of; else it is the picture that was the newest. What a model drew for a change to
    a part counts for nothing, as the picture that was put together of it is the answer. A picture
    that was sent counts once something was made of it alone.
    """
    group, found = _find_current_group(files), tuple[FileRef, ...]()
    for _ in range(steps):
        before = _find_earlier(group, files)
        if not before:
            break
        group = found = before
    return found


def _find_current_group(files: Sequence[FileRef]) -> tuple[FileRef, ...]:
    """Return the newest version and what came with it; for what was brought back, the original."""
    versions = [ref for ref in files if ref.version]
    together = versions[-1:] and _find_together(versions[-1], _list_states(files))
    return tuple(_find_brought_back(ref, files) for ref in together or versions[-1:])


def _find_earlier(group: Sequence[FileRef], files: Sequence[FileRef]) -> tuple[FileRef, ...]:
    states, places = _list_states(files), {id(ref): place for place, ref in enumerate(files)}
    sources = [_find_source(ref, states, files) for ref in group]
    if len(group) > 1 and all(sources):
        return tuple({one.id: one for one in sources if one}.values())
    together = [other for ref in group for other in _find_together(ref, states)] or group
    first = min((places[id(ref)] for ref in together), default=0)
    before = [ref for ref in states if places[id(ref)] < first]
    if not before:
        return ()
    # Of several that came together, the one that was changed.
    newest = _find_together(before[-1], states)
    return (next((one for one in sources if one in newest), before[-1]),)


def _find_source(
    ref: FileRef, states: Sequence[FileRef], files: Sequence[FileRef]
) -> FileRef | None:
    """Return the picture that a version is a change of, and no step on the way."""
    source = None if is_drawing_request(ref.request_text) else find_original(ref, files)
    for _ in files:
        if source is None or source in states:
            break
        source = find_original(source, files)
    return source


def _find_together(ref: FileRef, states: Sequence[FileRef]) -> list[FileRef]:
    """Return those of `states` that are of the same answer as a picture."""
    return [
        one for one in states if one is ref or (ref.answer_id and one.answer_id == ref.answer_id)
    ]


def find_current(files: Sequence[FileRef]) -> FileRef | None:
    """Return the newest version, or its original if it was brought back; None without versions.

    So undoing twice goes back two steps instead of alternating.
    """
    versions = [ref for ref in files if ref.version]
    return _find_brought_back(versions[-1], files) if versions else None


def _find_brought_back(ref: FileRef, files: Sequence[FileRef]) -> FileRef:
    """Return the original of a picture that was brought back; another as it is."""
    for _ in files:
        is_brought_back = ref.version and parse_go_back(ref.request_text)
        before = find_original(ref, files) if is_brought_back else None
        if before is None:
            break
        ref = before
    return ref


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
