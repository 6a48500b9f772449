"""Commands on the pictures of a thread: `history`, `compare v2 and v4`, `as jpg at 1024 wide`.

No model is asked. Sheets are drawn from working copies, conversions made from originals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.commands.context import CommandContext, CommandResult
from bot.commands.subjects import (
    MAX_COUNTED_TURNS,
    NO_PICTURES,
    choose_picture,
    find_subject,
    is_called_guess,
)
from bot.delivery.file_names import (
    COMPARISON_STEM,
    HISTORY_NAME,
    build_conversion_alt_text,
)
from bot.domain.conversation import Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef, GeneratedFile
from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import truncate
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.files.cache import FileCache
from bot.files.owners import build_person_owner
from bot.files.picture_work import EXTENSIONS, MAX_SHEET_PICTURES
from bot.files.preparer import FilePreparer
from bot.files.sandbox.sandbox import Sandbox
from bot.request.flags import strip_flags
from bot.request.parse import ParsedRequest
from bot.request.picture_references import find_version
from bot.request.pictures.conversions import (
    CompareVersions,
    ConvertPicture,
    UnsupportedCommand,
)

_MAX_REQUEST_CHARS = 121

_NOTHING_TO_CONVERT = "There is no picture in this thread to convert."
_DELETED = "I no longer have v{version}: it was deleted in Slack."
_CONVERTED = "{name} as {format}:"
_CONVERTED_AND_RESIZED = "{name} as {format}, {width} pixels wide:"
_COMPARED = "{versions}, side by side:"
_COMPARISON_ALT = "Comparison of {versions}, side by side. The first: {subject}"
_ONE_VERSION_ALT = "Overview of one picture. {pictures}"
_VERSIONS_ALT = "Overview of {count} pictures. {pictures}"
_ONE_VERSION_HEADING = "One picture so far:"
_VERSIONS_HEADING = "{count} pictures so far:"
_LAST_VERSIONS_HEADING = "{count} pictures so far, the last {shown} here:"
_VERSION = "- **v{version}** {name}"
_VERSION_FROM = "- **v{version}** {name}, from {source}"
_VERSION_FOR = "- **v{version}** {name}: “{words}”"
_VERSION_FROM_FOR = "- **v{version}** {name}, from {source}: “{words}”"
_DRAWN_AS = "{line}; drawn as “{words}”"
_DELETED_VERSION = "{line} (deleted)"


class PictureCommands:
    """Draws and converts pictures of a thread."""

    def __init__(
        self,
        conversations: ConversationStore,
        file_preparer: FilePreparer,
        file_cache: FileCache,
        sandbox: Sandbox,
    ) -> None:
        self._conversations = conversations
        self._file_preparer = file_preparer
        self._file_cache = file_cache
        self._sandbox = sandbox

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Run the command of `request`. Return None for one that is none where no picture is.

        Raises `UserError`.
        """
        command = request.command
        history = await self._conversations.load(
            context.thread, before=AFTER_ANY_TS, limit=MAX_COUNTED_TURNS
        )
        if isinstance(command, UnsupportedCommand):
            files = (*history.files, *context.files)
            if not any(ref.is_declared_picture for ref in files):
                # “Send me this as PDF” may be said of a recipe in words.
                return None
            raise UserError("not done here", user_message=command.user_message)
        if isinstance(command, ConvertPicture):
            files = (*history.files, *context.files)
            pictures = [ref for ref in files if ref.is_declared_picture]
            if pictures and is_called_guess(request.text, command.names, pictures):
                return None
            return await self._convert(context, command, pictures, history.turns)
        versions = [ref for ref in history.files if ref.version]
        if not versions:
            raise UserError("no pictures", user_message=Message(NO_PICTURES))
        if isinstance(command, CompareVersions):
            chosen = [find_version(versions, number) for number in command.versions]
            return await self._draw_comparison(context, chosen)
        return await self._draw_history(context, versions)

    async def _convert(
        self,
        context: CommandContext,
        command: ConvertPicture,
        pictures: list[FileRef],
        turns: Sequence[Turn],
    ) -> CommandResult | None:
        """Convert the named picture, or the newest, from its original bytes."""
        if not pictures:
            raise UserError("no pictures", user_message=Message(_NOTHING_TO_CONVERT))
        ref = choose_picture(command, pictures, turns)
        own_format = ref.name.rpartition(".")[2].lower()
        extension = EXTENSIONS.get(command.format or own_format, "png")
        data = await self._file_cache.fetch_original(ref)
        owner = build_person_owner(context.person)
        name, mimetype, converted = await self._sandbox.convert(
            ref.name, data, extension, command.width, owner=owner
        )
        text = Message(
            _CONVERTED_AND_RESIZED if command.width else _CONVERTED,
            name=ref.name,
            format=extension,
            width=command.width,
        )
        versions = [ref for ref in pictures if ref.version]
        subject = find_subject(ref, versions)
        label = f"{subject}, v{ref.version}" if ref.version else subject
        alt_text = build_conversion_alt_text(label, mimetype)
        return CommandResult(text, (GeneratedFile(name, mimetype, converted, alt_text=alt_text),))

    async def _draw_history(
        self, context: CommandContext, versions: Sequence[FileRef]
    ) -> CommandResult:
        sheet = await self._draw_sheet(context, versions[-MAX_SHEET_PICTURES:], side_by_side=False)
        file = GeneratedFile(HISTORY_NAME, "image/png", sheet, alt_text=_describe_sheet(versions))
        return CommandResult(_format_history(versions), (file,))

    async def _draw_comparison(
        self, context: CommandContext, versions: Sequence[FileRef]
    ) -> CommandResult:
        sheet = await self._draw_sheet(context, versions, side_by_side=True)
        names = [f"v{ref.version}" for ref in versions]
        versions_shown, subject = tuple(names), find_subject(versions[0], versions)
        alt_text = Message(_COMPARISON_ALT, versions=versions_shown, subject=subject)
        name = f"{COMPARISON_STEM}{'-'.join(names)}.png"
        file = GeneratedFile(name, "image/png", sheet, alt_text=alt_text)
        return CommandResult(Message(_COMPARED, versions=versions_shown), (file,))

    async def _draw_sheet(
        self, context: CommandContext, versions: Sequence[FileRef], *, side_by_side: bool
    ) -> bytes:
        """Draw `versions` on one picture. A comparison needs all; an overview leaves gaps out."""
        images = await asyncio.gather(
            *(
                self._file_preparer.load_picture(context.thread, ref, context.person)
                for ref in versions
            )
        )
        found = [(ref, image) for ref, image in zip(versions, images, strict=True) if image]
        if len(found) < len(versions) and (side_by_side or not found):
            missing = next(ref for ref in versions if ref not in [known for known, _ in found])
            raise UserError("gone", user_message=Message(_DELETED, version=missing.version))
        labels = [f"v{ref.version}  {ref.name}" for ref, _ in found]
        pictures = [image.data for _, image in found]
        owner = build_person_owner(context.person)
        return await self._sandbox.draw_sheet(
            labels, pictures, side_by_side=side_by_side, owner=owner
        )


def _describe_sheet(versions: Sequence[FileRef]) -> Message:
    """Return the alt text of the overview: what each of its pictures was asked for."""
    shown = versions[-MAX_SHEET_PICTURES:]
    pictures = "; ".join(
        f"v{ref.version}: {truncate(find_subject(ref, versions), 60)}" for ref in shown
    )
    return Message(
        _ONE_VERSION_ALT, plural=_VERSIONS_ALT, count=len(shown), pictures=truncate(pictures, 800)
    )


def _format_history(versions: Sequence[FileRef]) -> Message:
    """List the versions with their origins; only the newest if there are many."""
    count = len(versions)
    heading = Message(_ONE_VERSION_HEADING, plural=_VERSIONS_HEADING, count=count)
    if count > MAX_SHEET_PICTURES:
        heading = Message(_LAST_VERSIONS_HEADING, count=count, shown=MAX_SHEET_PICTURES)
    lines = [_format_version(ref) for ref in versions[-MAX_SHEET_PICTURES:]]
    return MessageList([heading, "", *lines])


def _format_version(ref: FileRef) -> Message:
    """Say of which picture this one was made, and what was asked for."""
    request = truncate(" ".join(strip_flags(ref.request_text).split()), _MAX_REQUEST_CHARS)
    version, name, source = ref.version, ref.name, ref.made_from
    line = Message(_VERSION_FROM if source else _VERSION, version=version, name=name, source=source)
    if request:
        line = Message(
            _VERSION_FROM_FOR if source else _VERSION_FOR,
            version=version,
            name=name,
            source=source,
            words=request,
        )
    if ref.is_gone:
        return Message(_DELETED_VERSION, line=line)
    drawn = truncate(" ".join(ref.revised_prompt.split()), _MAX_REQUEST_CHARS)
    return Message(_DRAWN_AS, line=line, words=drawn) if drawn else line
