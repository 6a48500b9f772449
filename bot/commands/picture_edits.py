"""What is done to a picture without a model: `crop v2 to 16:9`, `palette`, `overlay v1 and v2`.

Works on the original in a decoder, asks no model and costs nothing. A changed picture is a new
version; a palette or a comparison is a file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.commands.context import CommandContext, CommandResult
from bot.commands.pictures import NO_PICTURES
from bot.commands.subjects import find_subject
from bot.domain.conversation import ThreadHistory
from bot.domain.errors import UserError
from bot.domain.files import FileRef, GeneratedFile, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message, MessageList
from bot.domain.pictures.operations import (
    ComparePixels,
    EditPicture,
    PaletteColour,
    ShowGrid,
    ShowPalette,
)
from bot.domain.safe_text import clean_name
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.files.cache import FileCache
from bot.files.editing.edit_messages import format_edit
from bot.files.editing.editor import PictureEditor
from bot.files.masking.maker import MaskMaker
from bot.files.masking.names import GRID_ALT, GRID_STEM, build_preview_name
from bot.files.preparer import build_person_owner
from bot.files.unreadable import UnreadableError
from bot.request.parse import ParsedRequest
from bot.request.phrases import is_about_pictures
from bot.request.picture_references import find_version

_NO_PICTURE = Message("There is no picture in this thread to work on. Send one, or ask for one.")
_NOT_TWO = Message("There are not two pictures of mine in this thread yet to lay over each other.")
_PALETTE = "The main colours of {name}, and how much of it each takes:"
_COLOUR = "- `{hex}` {share:.1%}"
_EMPTY = "{name} has no colour that could be seen: all of it is transparent."
_DIFFERENCE = "From v{first} to v{second} {share:.2%} of the pixels are different, in pink here:"
_SAME = "v{first} and v{second} are the same, pixel for pixel as far as one can see."
_OVERLAY = "v{first} and v{second} over each other, each half transparent:"
_GRID = (
    "The grid of {name}. Say what changes in which cell: “only B3: make it blue”, “change B3 to C4"
    " to grass”."
)
_PALETTE_ALT = "The main colours of {name}: {colours}"
_DIFFERENCE_ALT = "What differs between v{first} and v{second}, in pink on grey"
_OVERLAY_ALT = "v{first} and v{second} over each other"


class PictureEdits:
    """Edits, measures and compares pictures of a thread."""

    def __init__(
        self,
        conversations: ConversationStore,
        file_cache: FileCache,
        editor: PictureEditor,
        mask_maker: MaskMaker,
    ) -> None:
        self._conversations = conversations
        self._file_cache = file_cache
        self._editor = editor
        self._mask_maker = mask_maker

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Run the command of `request`; None where that is none of these, or of something else.

        Raises `UserError`.
        """
        if not isinstance(request.command, EditPicture | ShowPalette | ComparePixels | ShowGrid):
            return None
        history = await self._conversations.load(context.thread, before=AFTER_ANY_TS, limit=2)
        files = (*history.files, *context.files)
        pictures = [ref for ref in files if ref.is_declared_picture and not ref.is_gone]
        # The newest turn is the message itself.
        if not pictures and len(history.turns) > 1 and not is_about_pictures(request.text):
            return None  # “reduce it to 50%” is said of texts as well
        return await self._run(context, request.command, history, pictures)

    async def _run(
        self,
        context: CommandContext,
        command: EditPicture | ShowPalette | ComparePixels | ShowGrid,
        history: ThreadHistory,
        pictures: Sequence[FileRef],
    ) -> CommandResult | None:
        match command:
            case ComparePixels():
                versions = [ref for ref in history.files if ref.version]
                if not versions and command.versions is not None:
                    return None
                return await self._compare(context, command, versions)
            case ShowPalette(version, count):
                return await self._show_palette(context, _choose(pictures, version), count)
            case ShowGrid(version):
                return await self._show_grid(context, _choose(pictures, version))
            case EditPicture():
                return await self._edit(context, command, pictures, history.newest_version)

    async def _edit(
        self,
        context: CommandContext,
        command: EditPicture,
        pictures: Sequence[FileRef],
        newest_version: int,
    ) -> CommandResult:
        ref = _choose(pictures, command.version)
        data = await self._file_cache.fetch_original(ref)
        owner = build_person_owner(context.person)
        picture, report = await self._editor.edit(ref.name, data, command.operations, owner=owner)
        versions = [ref for ref in pictures if ref.version]
        new_version = newest_version + 1
        source = _name(ref)
        return CommandResult(
            format_edit(source, new_version, report),
            pictures=(picture,),
            provenance=Provenance(new_version, source),
            subject=find_subject(ref, versions) if ref.version else _name_stem(ref),
        )

    async def _show_palette(
        self, context: CommandContext, ref: FileRef, count: int
    ) -> CommandResult:
        data = await self._file_cache.fetch_original(ref)
        owner = build_person_owner(context.person)
        colours, drawn = await self._editor.find_palette(ref.name, data, count, owner=owner)
        if not colours:
            return CommandResult(Message(_EMPTY, name=_name(ref)))
        lines = [Message(_COLOUR, hex=colour.hex, share=colour.share) for colour in colours]
        alt_text = Message(_PALETTE_ALT, name=_name(ref), colours=_list_codes(colours))
        file = GeneratedFile("palette.png", "image/png", drawn, alt_text=alt_text)
        return CommandResult(MessageList([Message(_PALETTE, name=_name(ref)), *lines]), (file,))

    async def _show_grid(self, context: CommandContext, ref: FileRef) -> CommandResult:
        drawn = await self._draw_grid(context, ref)
        file = GeneratedFile(
            build_preview_name(GRID_STEM, ref.name, drawn.mimetype),
            drawn.mimetype,
            drawn.data,
            alt_text=Message(GRID_ALT, name=_name(ref)),
        )
        return CommandResult(Message(_GRID, name=_name(ref)), (file,))

    async def _draw_grid(self, context: CommandContext, ref: FileRef) -> ImageOutput:
        owner = build_person_owner(context.person)
        try:
            data = await self._file_cache.fetch_original(ref)
            return await self._mask_maker.draw_grid(ref.name, data, owner=owner)
        except UnreadableError:
            # A drawing in vectors has a grid as well: that of the copy that a model gets.
            copies = (await self._file_cache.read(context.thread, ref, owner)).pictures
            if not copies:
                raise
            return await self._mask_maker.draw_grid(ref.name, copies[0].data, owner=owner)

    async def _compare(
        self, context: CommandContext, command: ComparePixels, versions: Sequence[FileRef]
    ) -> CommandResult:
        first, second = _choose_pair(command, versions)
        data = await asyncio.gather(
            *(self._file_cache.fetch_original(ref) for ref in (first, second))
        )
        names = f"v{first.version}, v{second.version}"
        drawn, share = await self._editor.compare(
            names, data, overlays=command.is_overlay, owner=build_person_owner(context.person)
        )
        one, other = first.version, second.version
        if command.is_overlay:
            text = Message(_OVERLAY, first=one, second=other)
            alt_text, stem = Message(_OVERLAY_ALT, first=one, second=other), "overlay"
        elif not share:
            return CommandResult(Message(_SAME, first=one, second=other))
        else:
            text = Message(_DIFFERENCE, first=one, second=other, share=share)
            alt_text, stem = Message(_DIFFERENCE_ALT, first=one, second=other), "difference"
        name = f"{stem}-v{first.version}-v{second.version}.png"
        return CommandResult(text, (GeneratedFile(name, "image/png", drawn, alt_text=alt_text),))


def _choose(pictures: Sequence[FileRef], version: int | None) -> FileRef:
    """Return the named picture, or the newest. Raises `UserError`."""
    if not pictures:
        raise UserError("no pictures", user_message=_NO_PICTURE)
    if version is None:
        return pictures[-1]
    versions = [ref for ref in pictures if ref.version]
    if not versions:
        raise UserError("no pictures", user_message=Message(NO_PICTURES))
    return find_version(versions, version)


def _choose_pair(command: ComparePixels, versions: Sequence[FileRef]) -> tuple[FileRef, FileRef]:
    if command.versions is not None:
        first, second = (find_version(versions, number) for number in command.versions)
        return first, second
    if len(versions) < 2:
        raise UserError("no pictures", user_message=_NOT_TWO)
    return versions[-2], versions[-1]


def _name(ref: FileRef) -> str:
    return f"v{ref.version}" if ref.version else clean_name(ref.name)


def _name_stem(ref: FileRef) -> str:
    return clean_name(ref.name).rpartition(".")[0] or clean_name(ref.name)


def _list_codes(colours: Sequence[PaletteColour]) -> str:
    return ", ".join(f"{colour.hex} {colour.share:.1%}" for colour in colours)
