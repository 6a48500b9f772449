"""“Undo”, “go back to v2”: an earlier picture becomes the newest again, as it was, at no cost."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.context import CommandContext, CommandResult
from bot.commands.subjects import NO_PICTURES, find_subject
from bot.domain.errors import UserError
from bot.domain.files import FileRef, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message
from bot.domain.stores.conversations import ConversationStore
from bot.files.cache import FileCache
from bot.files.kinds import detect_picture_mimetype
from bot.request.parse import ParsedRequest
from bot.request.picture_references import find_version
from bot.request.pictures.go_back import GoBack, parse_go_back

_REVERTED = (
    "Back to v{version} as it was, as v{new_version}. What you change next is changed from there."
)
_NO_EARLIER_VERSION = "There is nothing before v{version} in this thread."


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
        target = find_target_version(request.command, versions)
        newest = history.newest_version
        data = await self._file_cache.fetch_original(target)
        picture = ImageOutput(data, detect_picture_mimetype(data) or target.mimetype, "")
        return CommandResult(
            Message(_REVERTED, version=target.version, new_version=newest + 1),
            pictures=(picture,),
            provenance=Provenance(newest + 1, f"v{target.version}"),
            subject=find_subject(target, versions),
        )


def find_target_version(command: GoBack, versions: Sequence[FileRef]) -> FileRef:
    """Return the picture to go back to. `versions` are oldest first. Raises `UserError`."""
    if command.version is not None:
        return find_version(versions, command.version)
    current = _find_current_index(versions)
    if current == 0:
        sentence = Message(_NO_EARLIER_VERSION, version=versions[current].version)
        raise UserError("nothing before", user_message=sentence)
    return versions[max(0, current - command.steps)]


def _find_current_index(versions: Sequence[FileRef]) -> int:
    """Return the index of the newest picture, or of its original if it was brought back.

    So undoing twice goes back two steps instead of alternating.
    """
    indices = {f"v{ref.version}": index for index, ref in enumerate(versions)}
    index = len(versions) - 1
    while parse_go_back(versions[index].request_text) and versions[index].made_from in indices:
        index = indices[versions[index].made_from]
    return index
