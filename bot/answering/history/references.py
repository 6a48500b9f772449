"""Finds what a person wants taken along: by a press under a picture, or by “Use as reference”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.conversation import Turn
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.pictures.presses import PictureAction
from bot.domain.questions import Question
from bot.domain.safe_text import clean_name
from bot.request.parse import ParsedRequest
from bot.request.picture_references import select_pictures_to_include

_TAKEN_MESSAGE = "_I took {names} along as a reference, as you wanted._"
_GONE_MESSAGE = Message(
    "_The picture that you wanted as a reference is not in this thread any more, so this is without"
    " it._"
)


class References(Protocol):
    """Knows which pictures a question takes along: see `bot.domain.stores.pictures`."""

    async def list_references(self, question: Question) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class TakenFiles:
    """Files of a thread that a question takes along whatever its words mean, the main one last.

    `reference_ids` are the Slack ids of those that are only a reference. `is_pressed`: its words
    were not written for this place, so they mean no picture but those that they name.
    """

    files: tuple[FileRef, ...] = ()
    reference_ids: frozenset[str] = frozenset()
    is_pressed: bool = False
    notes: tuple[Message, ...] = ()

    @property
    def pictures(self) -> list[FileRef]:
        return [ref for ref in self.files if ref.is_declared_picture]

    @property
    def documents(self) -> list[FileRef]:
        return [ref for ref in self.files if not ref.is_declared_picture]

    def join(self, selected: Sequence[FileRef]) -> list[FileRef]:
        """Return the pictures to send: references before `selected`, what is pressed after it."""
        taken = self.pictures
        ids = {ref.id for ref in taken}
        others = [ref for ref in selected if ref.id not in ids]
        return [*others, *taken] if self.is_pressed else [*taken, *others]


async def find_taken(
    references: References, question: Question, files: Sequence[FileRef]
) -> TakenFiles:
    """Return what `question` takes along of the `files` of its thread. Raises `StoreError`."""
    by_id = {ref.id: ref for ref in files if ref.id}
    pressed = question.pressed
    if pressed is not None:
        found = tuple(by_id[file_id] for file_id in pressed.file_ids if file_id in by_id)
        is_edit = pressed.action is PictureAction.EDIT
        return TakenFiles(
            found, frozenset(pressed.file_ids[:-1] if is_edit else ()), is_pressed=True
        )
    if question.place == question.thread.root or not files:
        return TakenFiles()
    ids = await references.list_references(question)
    found = tuple(by_id[one] for one in ids if one in by_id and not by_id[one].is_gone)
    notes = [_GONE_MESSAGE] if len(found) < len(ids) else []
    if found:
        names = ", ".join(
            f"v{ref.version}" if ref.version else clean_name(ref.name) for ref in found
        )
        notes.append(Message(_TAKEN_MESSAGE, names=names))
    return TakenFiles(found, frozenset(ref.id for ref in found), notes=tuple(notes))


def select_pictures(
    request: ParsedRequest,
    taken: TakenFiles,
    turns: Sequence[Turn],
    files: Sequence[FileRef],
    *,
    own_files: Sequence[FileRef],
) -> list[FileRef]:
    """Return the earlier pictures to send with a message, the one that it is about last."""
    references = request.pictures
    if taken.is_pressed:
        references = replace(
            references,
            mentions_picture=False,
            wants_edit=False,
            has_pronoun=False,
            refers_back=False,
            wants_variations=False,
            steps_back=None,
            position=None,
        )
    selected = select_pictures_to_include(
        references,
        turns,
        files,
        own_files=own_files,
        named_files=request.select_named_files(files),
    )
    return taken.join(selected)
