"""What the pictures of a thread were made of, and which one stood before another. Pure.

See `bot.commands.revert` for going back to one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.files import FileRef
from bot.domain.pictures.operations import EditPicture
from bot.domain.safe_text import clean_name
from bot.request.commands import parse_command
from bot.request.pictures.drawing_wishes import is_drawing_request
from bot.request.pictures.go_back import parse_go_back

# Of what people send, these can be shown again as they are.
_SHOWN_MIMETYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")


@dataclass(frozen=True, slots=True)
class _Lineage:
    """The pictures of a thread: those that were the newest at some time, and by their ids the
    place of each in the thread and what it is a change of."""

    states: Sequence[FileRef]
    places: Mapping[str, int]
    sources: Mapping[str, FileRef]

    def find_together(self, ref: FileRef) -> list[FileRef]:
        """Return those of the same answer as a picture, or only this."""
        found = [one for one in self.states if ref.answer_id and one.answer_id == ref.answer_id]
        return found or [ref]

    def find_source(self, ref: FileRef) -> FileRef | None:
        """Return the picture that a version is a change of, and no step on the way."""
        source = self.sources.get(ref.id)
        for _ in self.places:
            if source is None or source in self.states:
                break
            source = self.sources.get(source.id)
        return source

    def find_brought_back(self, ref: FileRef) -> FileRef:
        """Return the original of a picture that was brought back; another as it is."""
        for _ in self.places:
            before = self.sources.get(ref.id) if parse_go_back(ref.request_text) else None
            if before is None:
                break
            ref = before
        return ref


def find_before(files: Sequence[FileRef], steps: int) -> tuple[FileRef, ...]:
    """Return what comes back where the last `steps` answers that changed pictures are taken back;
    () where nothing does.

    It is what all pictures of an answer were made of, also what was sent; where that is not known,
    and for what was sent, it is what stood before. A picture that was brought back stands for the
    one it is. What a model drew for a change to a part counts for nothing. `files` are those of a
    thread, oldest first.
    """
    lineage = _build_lineage(files)
    versions = [ref for ref in files if ref.version]
    group, found = lineage.find_together(versions[-1]) if versions else [], list[FileRef]()
    for _ in range(steps if group else 0):
        before = _find_earlier([lineage.find_brought_back(ref) for ref in group], lineage)
        if not before:
            break
        group = found = before
    return tuple(found)


def _find_earlier(group: Sequence[FileRef], lineage: _Lineage) -> list[FileRef]:
    together = {one.id: one for ref in group for one in lineage.find_together(ref)}.values()
    sources = [source for ref in together if (source := lineage.find_source(ref))]
    if len(sources) == len(together):
        return list({one.id: one for one in sources}.values())
    first = min(lineage.places[ref.id] for ref in together)
    before = [ref for ref in lineage.states if lineage.places[ref.id] < first]
    return lineage.find_together(before[-1]) if before else []


def find_current(files: Sequence[FileRef]) -> FileRef | None:
    """Return the newest version, or its original if it was brought back; None without versions.

    So undoing twice goes back two steps instead of alternating.
    """
    versions = [ref for ref in files if ref.version]
    return _build_lineage(files).find_brought_back(versions[-1]) if versions else None


def _build_lineage(files: Sequence[FileRef]) -> _Lineage:
    versions = [ref for ref in files if ref.version]
    texts = {ref.request_text for ref in versions}
    drawn = {text for text in texts if is_drawing_request(text)}
    changes = [ref for ref in versions if ref.request_text not in drawn]
    sources = _find_sources(changes, files)
    steps = {(ref.answer_id, ref.made_from) for ref in versions if ref.answer_id}
    changed = {source.id for source in sources.values()}
    states = [
        ref
        for ref in {ref.id: ref for ref in files}.values()
        if (ref.version and (ref.answer_id, get_name(ref)) not in steps)
        or (ref.id in changed and _can_be_shown(ref))
    ]
    return _Lineage(states, {ref.id: place for place, ref in enumerate(files)}, sources)


def _find_sources(changes: Sequence[FileRef], files: Sequence[FileRef]) -> dict[str, FileRef]:
    """Return what versions were made of, by their ids, as far as it is known."""
    sources: dict[str, FileRef] = {}
    called: dict[str, dict[str, FileRef]] = {}
    same = Counter((ref.answer_id, ref.made_from) for ref in changes)
    places = Counter[tuple[int, str]]()
    awaited = {ref.id for ref in changes}
    for ref in files:
        if ref.id in awaited and (choices := list(called.get(ref.made_from, {}).values())):
            key = (ref.answer_id, ref.made_from)
            sources[ref.id] = _choose_source(ref, choices, places[key], same[key])
            places[key] += 1
        called.setdefault(get_name(ref), {})[ref.id] = ref
    return sources


def _choose_source(ref: FileRef, called: Sequence[FileRef], place: int, count: int) -> FileRef:
    """Return what a version was made of, of several that are `called` so before it: of `count` that
    were changed at once, that at its `place`; else the one that was meant, or the newest."""
    if len(called) == 1:
        return called[0]
    command = parse_command(ref.request_text)
    if 1 < count <= len(called) and command is not None:
        return called[len(called) - count + place]
    position = command.position if isinstance(command, EditPicture) else None
    is_told = position is not None and position < len(called)
    return called[position if position is not None and is_told else -1]


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
