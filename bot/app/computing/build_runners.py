"""Builds what runs the commands that work on answers, files and pictures of a thread."""

from __future__ import annotations

from bot.commands.context import CommandRunner
from bot.commands.copy_answer import AnswerCopier
from bot.commands.diagrams import DiagramCorrections
from bot.commands.graphs import GraphCommands
from bot.commands.log_lines import LogLines
from bot.commands.picture_edits import PictureEdits
from bot.domain.stores.conversations import ConversationStore
from bot.files.cache import FileCache
from bot.files.diagram_drawer import DiagramDrawer
from bot.files.editing.editor import PictureEditor
from bot.files.graph_drawer import GraphDrawer
from bot.files.logs import LogReader
from bot.files.masking.maker import MaskMaker
from bot.files.sandbox.sandbox import Sandbox


def build_runners(
    conversations: ConversationStore, file_cache: FileCache, sandbox: Sandbox
) -> tuple[CommandRunner, ...]:
    """Build the runners, in the order in which they are asked."""
    return (
        AnswerCopier(conversations),
        PictureEdits(conversations, file_cache, PictureEditor(sandbox), MaskMaker(sandbox)),
        LogLines(conversations, LogReader(file_cache, sandbox)),
        GraphCommands(conversations, file_cache, GraphDrawer(sandbox)),
        DiagramCorrections(conversations, file_cache, DiagramDrawer(sandbox)),
    )
