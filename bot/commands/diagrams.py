"""Corrects a diagram that was read off a picture: “edge 3 is wrong, it goes to Billing”.

Takes the newest data of the thread, asks no model and costs nothing. The result is a new version
of all its files; what is not clear is asked back.
"""

from __future__ import annotations

import asyncio

from bot.commands.context import CommandContext, CommandResult
from bot.commands.diagram_files import fetch_diagram_picture, load_newest_diagram
from bot.domain.messages import MessageList
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.files.cache import FileCache
from bot.files.diagram_drawer import DiagramDrawer
from bot.files.owners import build_person_owner
from bot.graphs.diagrams.corrections import apply_corrections
from bot.graphs.diagrams.named import CorrectionError
from bot.graphs.diagrams.tables import format_diagram
from bot.request.parse import ParsedRequest


class DiagramCorrections:
    """Runs corrections of diagrams."""

    def __init__(
        self, conversations: ConversationStore, file_cache: FileCache, drawer: DiagramDrawer
    ) -> None:
        self._conversations = conversations
        self._file_cache = file_cache
        self._drawer = drawer

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Return the corrected diagram, or what is to be said first; None where there is none.

        Raises `EaselError`.
        """
        command = request.diagram_correction
        if command is None:
            return None
        history = await self._conversations.load(context.thread, before=AFTER_ANY_TS, limit=0)
        files = (*history.files, *context.files)
        diagram = await load_newest_diagram(self._file_cache, (*files, *history.made_files))
        if diagram is None:
            return None
        try:
            corrected, done = await asyncio.to_thread(
                apply_corrections, diagram, command.corrections
            )
        except CorrectionError as error:
            return CommandResult(error.user_message)
        picture = await fetch_diagram_picture(self._file_cache, files, corrected)
        owner = build_person_owner(context.person)
        generated = await self._drawer.build_files(corrected, picture, owner)
        table = await asyncio.to_thread(format_diagram, corrected)
        text = MessageList([MessageList(done), table], "\n\n")
        return CommandResult(text, generated)
