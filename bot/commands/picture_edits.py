"""What is done to a picture without a model: `crop v2 to 16:9`, `palette`, `overlay v1 and v2`.

Works on the original in a decoder, asks no model and costs nothing. A changed picture is a new
version; a palette or a comparison is a file.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from bot.commands.changes.changer import NO_PICTURE, PictureChanger
from bot.commands.context import CommandContext, CommandResult
from bot.commands.subjects import (
    MAX_COUNTED_TURNS,
    NamesPicture,
    choose_by_position,
    choose_called,
    choose_picture,
    find_stem,
    is_called_guess,
)
from bot.domain.conversation import ThreadHistory, Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef, GeneratedFile
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message, MessageList
from bot.domain.pictures.operations import (
    ComparePixels,
    EditPicture,
    PaletteColour,
    PictureEdit,
    ShowGrid,
    ShowPalette,
)
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.files.cache import FileCache
from bot.files.editing.editor import PictureEditor
from bot.files.masking.maker import MaskMaker
from bot.files.masking.names import GRID_ALT, GRID_STEM, build_preview_name
from bot.files.owners import build_person_owner
from bot.request.parse import ParsedRequest
from bot.request.phrases import is_about_pictures
from bot.request.picture_references import find_version
from bot.request.pictures.lineage import get_name

_NOT_TWO = Message("There are not two pictures in this thread yet to lay over each other.")
_PALETTE = "The main colours of {name}, and how much of it each takes:"
_COLOUR = "- `{hex}` {share:.1%}"
_REST = "- the rest {share:.1%}"
_EMPTY = "{name} has no colour that could be seen: all of it is transparent."
_DIFFERENCE = "From {first} to {second} {share:.2%} of the pixels are different, in pink here:"
_SAME = "I see no difference between {first} and {second}, whatever their sizes."
_OVERLAY = "{first} and {second} over each other, each half transparent:"
_GRID = (
    "The grid of {name}. Say what changes in which cell: “only B3: make it blue”, “change B3 to C4"
    " to grass”."
)
_PALETTE_ALT = "The main colours of {name}: {colours}"
_DIFFERENCE_ALT = "What differs between {first} and {second}, in pink on grey"
_OVERLAY_ALT = "{first} and {second} over each other"


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
        self._changer = PictureChanger(file_cache, editor)

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Run the command of `request`; None where that is none of these, or of something else.

        Raises `UserError`.
        """
        if not isinstance(request.command, PictureEdit):
            return None
        history = await self._conversations.load(
            context.thread, before=AFTER_ANY_TS, limit=MAX_COUNTED_TURNS
        )
        files = (*history.files, *context.files)
        pictures = [ref for ref in files if ref.is_declared_picture and not ref.is_gone]
        # The newest turn is the message itself. “Reduce it to 50%” is said of texts as well, and
        # “show me the differences” of documents.
        has_others = len(history.turns) > 1 or context.files
        own = [ref for ref in context.files if ref.is_declared_picture]
        is_of_others = (has_others and not pictures) or (context.files and not own)
        if is_of_others and not is_about_pictures(request.text):
            return None
        if _is_of_things(request.command, pictures):
            return None
        if pictures and is_called_guess(request.text, request.command.names, pictures):
            return None
        return await self._run(context, request.command, history, pictures)

    async def _run(
        self,
        context: CommandContext,
        command: PictureEdit,
        history: ThreadHistory,
        pictures: Sequence[FileRef],
    ) -> CommandResult | None:
        match command:
            case ComparePixels():
                if command.versions is not None and not any(ref.version for ref in pictures):
                    return None
                if len(pictures) == 1 and not command.is_overlay and command.versions is None:
                    return None  # a puzzle of two halves is one picture
                pair = _choose_pair(command, context.files, pictures, history.turns)
                return await self._compare(context, *pair, overlays=command.is_overlay)
            case ShowPalette():
                ref = _choose(command, pictures, history.turns)
                return await self._show_palette(context, ref, command.count)
            case ShowGrid():
                return await self._show_grid(context, _choose(command, pictures, history.turns))
            case EditPicture():
                return await self._changer.change(context, command, history, pictures)

    async def _show_palette(
        self, context: CommandContext, ref: FileRef, count: int
    ) -> CommandResult:
        data = await self._file_cache.fetch_original(ref)
        owner = build_person_owner(context.person)
        colours, drawn = await self._editor.find_palette(ref.name, data, count, owner=owner)
        if not colours:
            return CommandResult(Message(_EMPTY, name=get_name(ref)))
        lines = [Message(_COLOUR, hex=colour.hex, share=colour.share) for colour in colours]
        rest = round(1 - sum(colour.share for colour in colours), 3)
        lines += [Message(_REST, share=rest)] if rest > 0 else []
        alt_text = Message(_PALETTE_ALT, name=get_name(ref), colours=_list_codes(colours))
        file = GeneratedFile("palette.png", "image/png", drawn, alt_text=alt_text)
        return CommandResult(MessageList([Message(_PALETTE, name=get_name(ref)), *lines]), (file,))

    async def _show_grid(self, context: CommandContext, ref: FileRef) -> CommandResult:
        drawn = await self._draw_grid(context, ref)
        file = GeneratedFile(
            build_preview_name(GRID_STEM, ref.name, drawn.mimetype),
            drawn.mimetype,
            drawn.data,
            alt_text=Message(GRID_ALT, name=get_name(ref)),
        )
        return CommandResult(Message(_GRID, name=get_name(ref)), (file,))

    async def _draw_grid(self, context: CommandContext, ref: FileRef) -> ImageOutput:
        data = await self._file_cache.fetch_original(ref)
        owner = build_person_owner(context.person)
        return await self._mask_maker.draw_grid(ref.name, data, owner=owner)

    async def _compare(
        self, context: CommandContext, first: FileRef, second: FileRef, *, overlays: bool
    ) -> CommandResult:
        data = await asyncio.gather(
            *(self._file_cache.fetch_original(ref) for ref in (first, second))
        )
        one, other = get_name(first), get_name(second)
        drawn, share = await self._editor.compare(
            f"{one}, {other}", data, overlays=overlays, owner=build_person_owner(context.person)
        )
        if overlays:
            text = Message(_OVERLAY, first=one, second=other)
            alt_text, stem = Message(_OVERLAY_ALT, first=one, second=other), "overlay"
        elif not share:
            return CommandResult(Message(_SAME, first=one, second=other))
        else:
            text = Message(_DIFFERENCE, first=one, second=other, share=share)
            alt_text, stem = Message(_DIFFERENCE_ALT, first=one, second=other), "difference"
        name = "-".join([stem, *(_name_part(ref) for ref in (first, second))]) + ".png"
        return CommandResult(text, (GeneratedFile(name, "image/png", drawn, alt_text=alt_text),))


def _is_of_things(command: PictureEdit, pictures: Sequence[FileRef]) -> bool:
    """Whether “them” are what the one picture shows."""
    return isinstance(command, EditPicture) and command.is_all and len(pictures) == 1


def _choose(named: NamesPicture, pictures: Sequence[FileRef], turns: Sequence[Turn]) -> FileRef:
    """Return the named picture, or the newest. Raises `UserError`."""
    if not pictures:
        raise UserError("no pictures", user_message=NO_PICTURE)
    return choose_picture(named, pictures, turns)


def _choose_pair(
    command: ComparePixels,
    own_files: Sequence[FileRef],
    pictures: Sequence[FileRef],
    turns: Sequence[Turn],
) -> tuple[FileRef, FileRef]:
    """Return the two named pictures; else the last two that come with the message, else the newest
    two versions, else the newest two. Raises `UserError`."""
    versions = [ref for ref in pictures if ref.version]
    if command.versions is not None:
        first, second = (find_version(versions, number) for number in command.versions)
        return first, second
    if len(pictures) < 2:
        raise UserError("no pictures", user_message=_NOT_TWO)
    if command.names:
        one, other = (choose_called(name, pictures, turns) for name in command.names)
        return one, other
    if command.positions is not None:
        one, other = (choose_by_position(place, pictures, turns) for place in command.positions)
        return one, other
    own = [ref for ref in own_files if ref.is_declared_picture]
    newest = next(group for group in (own, versions, pictures) if len(group) > 1)
    return newest[-2], newest[-1]


def _name_part(ref: FileRef) -> str:
    return f"v{ref.version}" if ref.version else re.sub(r"[^\w-]+", "-", find_stem(ref.name))[:40]


def _list_codes(colours: Sequence[PaletteColour]) -> str:
    return ", ".join(f"{colour.hex} {colour.share:.1%}" for colour in colours)
