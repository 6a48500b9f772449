"""“Undo”, “go back to v2”: earlier pictures become the newest again, as they were, at no cost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.commands.context import CommandContext, CommandResult
from bot.commands.subjects import NO_PICTURES, choose_version, derive_subject
from bot.domain.errors import UserError
from bot.domain.files import FileRef, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message, MessageList
from bot.domain.stores.conversations import ConversationStore
from bot.files.cache import FileCache
from bot.files.kinds import detect_picture_mimetype
from bot.request.parse import ParsedRequest
from bot.request.pictures.go_back import GoBack
from bot.request.pictures.lineage import find_before, find_current, get_name

_REVERTED = (
    "Back to v{version} as it was, as v{new_version}. What you change next is changed from there."
)
_SENT = (
    "Back to {name} as it was sent, as v{new_version}. What you change next is changed from there."
)
_NO_EARLIER_VERSION = "There is nothing before v{version} in this thread."
_NOTHING_BEFORE_SENT = "There is nothing before {name} in this thread."


class Reverter:
    """Makes an earlier picture of a thread the newest again."""

    def __init__(self, conversations: ConversationStore, file_cache: FileCache) -> None:
        self._conversations = conversations
        self._file_cache = file_cache

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Bring back the picture that the message names.

        None if none was made in the thread: its answers are what may be undone. Raises
        `EaselError`; where nothing was answered either, that says so.
        """
        if not isinstance(request.command, GoBack):
            return None
        history = await self._conversations.load(context.thread, before=context.ts, limit=0)
        versions = [ref for ref in history.files if ref.version]
        if not versions:
            if await self._conversations.count_answers(context.thread):
                return None
            raise UserError("no pictures", user_message=Message(NO_PICTURES))
        targets = find_targets(request.command, history.files)
        first = history.newest_version + 1
        pictures = await asyncio.gather(*(self._load(target, versions) for target in targets))
        lines = [_format_reverted(target, first + place) for place, target in enumerate(targets)]
        return CommandResult(
            MessageList(lines),
            pictures=tuple(pictures),
            provenance=Provenance(first, ", ".join(get_name(target) for target in targets)),
            subject=", ".join(dict.fromkeys(picture.subject for picture in pictures)),
        )

    async def _load(self, target: FileRef, versions: Sequence[FileRef]) -> ImageOutput:
        data = await self._file_cache.fetch_original(target)
        mimetype = detect_picture_mimetype(data) or target.mimetype
        subject = derive_subject(target, versions)
        return ImageOutput(data, mimetype, "", made_from=get_name(target), subject=subject)


def find_targets(command: GoBack, files: Sequence[FileRef]) -> Sequence[FileRef]:
    """Return the pictures to go back to. `files` are those of a thread that holds versions, oldest
    first. Raises `UserError`."""
    if command.version is not None:
        return [choose_version(command.version, files)]
    targets = find_before(files, command.steps)
    if targets:
        return targets
    current = find_current(files)
    if current is not None and not current.version:
        sentence = Message(_NOTHING_BEFORE_SENT, name=get_name(current))
    else:
        sentence = Message(_NO_EARLIER_VERSION, version=current.version if current else 1)
    raise UserError("nothing before", user_message=sentence)


def _format_reverted(target: FileRef, version: int) -> Message:
    if target.version:
        return Message(_REVERTED, version=target.version, new_version=version)
    return Message(_SENT, name=get_name(target), new_version=version)
