"""Which pictures of a thread a change is about, and what the newest ones were made of. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.commands.subjects import choose_called, choose_picture, choose_version, find_together
from bot.domain.conversation import Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.pictures.operations import EditPicture, Operation, OperationKind
from bot.request.commands import parse_command
from bot.request.file_references import PAGED_ENDINGS
from bot.request.pictures.lineage import find_original

MAX_PICTURES = 10
_TOO_MANY = (
    "I change up to {limit} pictures at once, and there are {count}. Please name some, as in"
    " “v1 and v2”."
)
_NOT_TWO = "I see {count} pictures here. Name two of them, as in “v1 and v2”, or say “all of them”."
# What was done before that is not done again.
_MAX_EARLIER = 12
# These often hold several pictures.
_SEVERAL_ENDINGS = (".tif", ".tiff", ".gif")
_SIZING = {OperationKind.RESIZE, OperationKind.CROP, OperationKind.PAD, OperationKind.FIT}


@dataclass(frozen=True, slots=True)
class Source:
    """The picture that work begins with, its page where it has several, and what is done to it
    before anything new."""

    ref: FileRef
    earlier: tuple[Operation, ...] = field(default=())
    page: int = 0


def choose_pictures(
    command: EditPicture,
    own_files: Sequence[FileRef],
    pictures: Sequence[FileRef],
    turns: Sequence[Turn],
) -> list[FileRef]:
    """Return the pictures that a command names, of the `pictures` of a thread, or the newest.

    “All of them” are those that come with the message, else the newest that came together, else
    all. Raises `UserError`.
    """
    if command.versions:
        return [choose_version(number, pictures) for number in dict.fromkeys(command.versions)]
    if len(command.names) > 1:
        called = [choose_called(name, pictures, turns) for name in dict.fromkeys(command.names)]
        return list({ref.id: ref for ref in called}.values())
    names_one = command.names or command.version is not None or command.position is not None
    if not command.is_all or names_one:
        return [choose_picture(command, pictures, turns)]
    chosen = list(find_together(pictures, turns, own_files))
    if command.is_pair and len(chosen) != 2:
        raise UserError("not two", user_message=Message(_NOT_TWO, count=len(chosen)))
    if len(chosen) > MAX_PICTURES:
        message = Message(_TOO_MANY, limit=MAX_PICTURES, count=len(chosen))
        raise UserError("too many pictures", user_message=message)
    return chosen


def is_sent(ref: FileRef, pictures: Sequence[FileRef]) -> bool:
    """Whether a person sent a picture, whatever was done to it here since."""
    for _ in pictures:
        before = find_original(ref, pictures)
        if before is None or parse_command(ref.request_text) is None:
            break
        ref = before
    return not ref.version


def find_source(
    ref: FileRef, pictures: Sequence[FileRef], operations: Sequence[Operation]
) -> Source:
    """Return what `operations` begin with: where a picture would be enlarged that was given
    another size before, what it was made of, so that it is blurred no more than it must be."""
    if not any(map(_may_enlarge, operations)):
        return Source(ref)
    source = Source(ref)
    for _ in pictures:
        before, made_by = find_original(source.ref, pictures), _read_change(source.ref)
        if before is None or made_by is None:
            break
        earlier = (*made_by.operations, *source.earlier)
        if len(earlier) > _MAX_EARLIER:
            break
        source = Source(before, earlier, made_by.page)
    return source if any(map(_is_sizing, source.earlier)) else Source(ref)


def _is_sizing(operation: Operation) -> bool:
    return _may_enlarge(operation) or operation.percent > 0


def _may_enlarge(operation: Operation) -> bool:
    is_of_size = operation.size is not None or operation.percent > 100
    is_of_side = operation.kind is OperationKind.RESIZE and operation.shape is not None
    return operation.kind in _SIZING and (is_of_size or is_of_side)


def _read_change(ref: FileRef) -> EditPicture | None:
    """Return what made a version here; None for what a model drew, and for a file made small, which
    is not made small again."""
    command = parse_command(ref.request_text) if ref.version else None
    if not isinstance(command, EditPicture):
        return None
    kinds = {operation.kind for operation in command.operations}
    return None if OperationKind.COMPRESS in kinds else command


def find_paged(
    command: EditPicture, chosen: Sequence[FileRef], pictures: Sequence[FileRef]
) -> list[FileRef]:
    """Return the files of which a command names a page, for the `chosen` of the `pictures`: what
    was made of one page of a file stands for that, so that another page can follow."""
    if not command.page or command.names:
        return list(chosen)
    return [_find_file_with_pages(ref, pictures) or ref for ref in chosen]


def _find_file_with_pages(ref: FileRef, pictures: Sequence[FileRef]) -> FileRef | None:
    source: FileRef | None = ref
    for _ in pictures:
        if source is None or source.name.lower().endswith(_SEVERAL_ENDINGS):
            break
        source = find_original(source, pictures)
    return source


def has_page(command: EditPicture, chosen: Sequence[FileRef], files: Sequence[FileRef]) -> bool:
    """Whether the `chosen` pictures are of files with several pages or frames, where a command
    names one: “page 2” may be that of another file of the thread."""
    if not command.page or command.names:
        return True
    has_others = any(ref.name.lower().endswith(PAGED_ENDINGS) for ref in files)
    return not has_others and all(ref.name.lower().endswith(_SEVERAL_ENDINGS) for ref in chosen)
