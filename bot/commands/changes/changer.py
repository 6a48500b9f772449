"""Changes pictures of a thread without a model: `crop v2 to 16:9`, “make all of them 800 px wide”.

Works on the originals in a decoder. Each changed picture is a new version.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commands.changes.choosing import (
    Source,
    choose_pictures,
    find_paged,
    find_source,
    has_page,
    is_sent,
)
from bot.commands.context import CommandContext, CommandResult
from bot.commands.subjects import derive_subject
from bot.domain.conversation import ThreadHistory
from bot.domain.errors import UserError
from bot.domain.files import FileRef, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message, MessageList
from bot.domain.pictures.operations import EditPicture, EditReport, Operation, OperationKind
from bot.files.cache import FileCache
from bot.files.editing.edit_messages import (
    format_edit,
    format_file_size,
    format_not_smaller,
    format_small_enough,
    format_unchanged,
    is_unchanged,
)
from bot.files.editing.editor import PictureEditor
from bot.files.owners import build_person_owner
from bot.request.pictures.lineage import get_name

NO_PICTURE = Message(
    "There is no picture in this thread to work on. Send one, or ask for one. Those in archives and"
    " documents I do not reach: send them on their own."
)

_PAGE = "Page {page} of {name}"
_FRAME = "Frame {page} of {name}"
_LAST_PAGE = "The last page of {name}"
_LAST_FRAME = "The last frame of {name}"
# To save a picture once more for less than that only harms it.
_MIN_GAIN = 0.95


@dataclass(frozen=True, slots=True)
class _Changed:
    """One picture that was changed, or why it was not; `size` is that of its file before."""

    ref: FileRef
    picture: ImageOutput | None = None
    report: EditReport | None = None
    size: int = 0
    told: Message | None = None


class PictureChanger:
    """Changes one picture, or several at once."""

    def __init__(self, file_cache: FileCache, editor: PictureEditor) -> None:
        self._file_cache = file_cache
        self._editor = editor

    async def change(
        self,
        context: CommandContext,
        command: EditPicture,
        history: ThreadHistory,
        pictures: Sequence[FileRef],
    ) -> CommandResult | None:
        """Change what `command` names of `pictures`; None where it means what a picture shows.

        Raises `UserError`.
        """
        if not pictures and command.is_of_photo:
            return None
        if not pictures:
            raise UserError("no pictures", user_message=NO_PICTURE)
        chosen = choose_pictures(command, context.files, pictures, history.turns)
        chosen = find_paged(command, chosen, pictures)
        if command.is_wish and not all(is_sent(ref, pictures) for ref in chosen):
            return None
        if not has_page(command, chosen, (*history.files, *context.files)):
            return None
        changed = await asyncio.gather(
            *(self._change_one(context, ref, pictures, command) for ref in chosen)
        )
        return _build_result(changed, command, history)

    async def _change_one(
        self,
        context: CommandContext,
        ref: FileRef,
        pictures: Sequence[FileRef],
        command: EditPicture,
    ) -> _Changed:
        operations = command.operations
        source = Source(ref, page=command.page)
        if not command.page:
            source = find_source(ref, pictures, operations)
        try:
            data = await self._file_cache.fetch_original(source.ref)
            if _is_small_enough(operations, len(data)) and not command.page:
                return _Changed(ref, told=format_small_enough(get_name(ref), len(data)))
            picture, report = await self._editor.edit(
                ref.name,
                data,
                operations,
                earlier=source.earlier,
                page=source.page,
                owner=build_person_owner(context.person),
            )
        except UserError as error:
            return _Changed(ref, told=error.user_message)
        name = _name_page(ref, command.page)
        if is_unchanged(operations, report):
            return _Changed(ref, told=format_unchanged(name, operations, report))
        if not _is_smaller(operations, len(data), len(picture.data)):
            return _Changed(ref, told=format_not_smaller(name, len(data)))
        return _Changed(ref, picture, report, size=len(data))


def _name_page(ref: FileRef, page: int) -> str:
    name = get_name(ref)
    if not page:
        return name
    is_paper = ref.name.lower().endswith((".tif", ".tiff"))
    if page < 0:
        return Message(_LAST_PAGE if is_paper else _LAST_FRAME, name=name)
    return Message(_PAGE if is_paper else _FRAME, name=name, page=page)


def _is_small_enough(operations: Sequence[Operation], size: int) -> bool:
    """Whether nothing is wanted but a file of some bytes at most, and this is one."""
    return all(one.kind is OperationKind.COMPRESS and size <= one.max_bytes for one in operations)


def _is_smaller(operations: Sequence[Operation], before: int, after: int) -> bool:
    """Whether a file that is to be small became clearly smaller; true of all other operations."""
    is_other = {one.kind for one in operations} != {OperationKind.COMPRESS}
    return is_other or after < _MIN_GAIN * before


def _build_result(
    changed: Sequence[_Changed], command: EditPicture, history: ThreadHistory
) -> CommandResult:
    """Tell of each picture what became of it, in order."""
    operations = command.operations
    versions = [ref for ref in history.files if ref.version]
    first = version = history.newest_version + 1
    lines: list[str] = []
    pictures: list[ImageOutput] = []
    for one in changed:
        if one.picture is None or one.report is None:
            lines.append(one.told or "")
            continue
        told = format_edit(_name_page(one.ref, command.page), version, operations, one.report)
        if any(operation.kind is OperationKind.COMPRESS for operation in operations):
            size = format_file_size(one.size, len(one.picture.data))
            told = MessageList([told, size], " ")
        lines.append(told)
        subject = derive_subject(one.ref, versions)
        pictures.append(replace(one.picture, made_from=get_name(one.ref), subject=subject))
        version += 1
    text = MessageList(lines)
    if not pictures:
        return CommandResult(text)
    subjects = ", ".join(dict.fromkeys(picture.subject for picture in pictures))
    return CommandResult(text, (), tuple(pictures), Provenance(first), subjects)
