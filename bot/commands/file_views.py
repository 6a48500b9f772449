"""“What did you see?”: what the model was shown of the thread's files."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.context import CommandContext, CommandResult
from bot.domain.conversation import Thread
from bot.domain.messages import Message
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.domain.stores.files import FileStore
from bot.files.kind_names import name_kind
from bot.prompt.file_views import format_file_views
from bot.request.parse import ParsedRequest


class FileViewsCommand:
    """Tells what was shown of each file, and what was left out."""

    def __init__(self, file_store: FileStore, conversations: ConversationStore) -> None:
        self._file_store = file_store
        self._conversations = conversations

    async def run(self, context: CommandContext, _request: ParsedRequest) -> CommandResult:
        """List what the model was shown of each file of the thread."""
        return CommandResult(await self.describe(context.thread, before=context.ts))

    async def describe(self, thread: Thread, *, before: str = AFTER_ANY_TS) -> Message:
        """Return the list, of files that were there before the ts `before`."""
        views = await self._file_store.list_views(thread)
        history = await self._conversations.load(thread, before=before, limit=0)
        named = [replace(view, kind=name_kind(view.kind)) for view in views]
        return format_file_views(named, history.files)
