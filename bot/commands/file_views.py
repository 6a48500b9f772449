"""“What did you see?”: what the model was shown of the thread's files."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.context import CommandContext, CommandResult
from bot.domain.stores.conversations import ConversationStore
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
        views = await self._file_store.list_views(context.thread)
        history = await self._conversations.load(context.thread, before=context.ts, limit=0)
        named = [replace(view, kind=name_kind(view.kind)) for view in views]
        return CommandResult(format_file_views(named, history.files))
