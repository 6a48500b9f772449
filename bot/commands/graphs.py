"""Draws dependency graphs: “draw the dependencies of this”, “why is lodash there?”

Asks no model and costs nothing. Where the thread holds no such file, or the name is in none of its
graphs, words that may mean something else are left to the model.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from bot.commands.context import CommandContext, CommandResult
from bot.domain.errors import UserError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.files.cache import FileCache
from bot.files.graph_drawer import GraphDrawer
from bot.files.owners import build_person_owner
from bot.graphs.manifests.pasted import guess_name
from bot.graphs.wishes import GraphPart
from bot.request.graphs.parse import ShowGraph
from bot.request.parse import ParsedRequest
from bot.request.recipes.dependency_graph import RECIPE

_MAX_FILES = 10
_NOT_HERE = "There is no file called {name} in this thread. Please send it along."
# Files that Easel makes of graphs.
_OWN_NAMES = ("graphs.zip", "graph-given-to-the-model.txt")
# What no manifest is; most other endings may be one.
_OTHER_ENDINGS = (
    *(".pdf", ".docx", ".xlsx", ".pptx", ".doc", ".xls", ".ppt", ".eml", ".msg", ".html", ".htm"),
    *(".csv", ".tsv", ".log", ".mp3", ".mp4", ".mov", ".wav", ".dot", ".svg", ".md"),
)


class GraphCommands:
    """Draws the graphs of the files that a message brings, names, or finds in its thread."""

    def __init__(
        self, conversations: ConversationStore, file_cache: FileCache, drawer: GraphDrawer
    ) -> None:
        self._conversations = conversations
        self._file_cache = file_cache
        self._drawer = drawer

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Draw what `request` asks for; None for another command, or for a question to the model.

        Raises `EaselError`.
        """
        command = request.command
        if not isinstance(command, ShowGraph):
            return None
        try:
            return await self._draw(context, command)
        except UserError:
            if command.is_certain:
                raise
            return None

    async def _draw(self, context: CommandContext, command: ShowGraph) -> CommandResult | None:
        refs, takes_first = await self._choose_files(context, command)
        fetched = await self._file_cache.fetch_originals(refs) if refs else []
        blobs = [(ref.name, data) for ref, data in fetched]
        if not blobs and (name := guess_name(command.text)):
            blobs = [(name, command.text.encode("utf-8", "replace"))]
        if not blobs:
            return _say_missing(command)
        drawn = await self._drawer.draw(
            blobs,
            command.wish,
            build_person_owner(context.person),
            language=context.language,
            takes_first=takes_first,
        )
        if not drawn.count and not (drawn.has_refused and command.is_certain):
            return _say_missing(command)
        return CommandResult(drawn.text, drawn.files)

    async def _choose_files(
        self, context: CommandContext, command: ShowGraph
    ) -> tuple[list[FileRef], bool]:
        """Return the files to look into, and whether the first with a graph is enough."""
        own = [ref for ref in context.files if can_hold_graph(ref)]
        if context.files and not own and not command.is_certain:
            return [], True  # it is about what came with it
        wanted = command.wish.file
        if own and not wanted:
            return own[:_MAX_FILES], False
        history = await self._conversations.load(context.thread, before=AFTER_ANY_TS, limit=0)
        known = [ref for ref in (*history.files, *context.files) if can_hold_graph(ref)]
        # Of files with one name the newest counts, and the newest of all comes first.
        by_name: dict[str, FileRef] = {}
        for ref in reversed(known):
            by_name.setdefault(ref.name.casefold(), ref)
        newest = list(by_name.values())
        if wanted:
            named = [ref for ref in newest if _is_called(ref, wanted)]
            archives = [ref for ref in newest if ref.name.lower().endswith(".zip")]
            if not named and not archives:
                sentence = Message(_NOT_HERE, name=clean_name(wanted))
                raise UserError("no such file", user_message=sentence)
            return (named or archives)[:1], True
        # A thing may be in any of them.
        return newest[:_MAX_FILES], command.wish.part is GraphPart.WHOLE


def can_hold_graph(ref: FileRef) -> bool:
    """Whether a file may be a manifest, a lock file or an archive of them, by its name."""
    ending = PurePosixPath(ref.name.lower()).suffix
    is_other = ref.is_declared_picture or ref.is_web_page or ending in _OTHER_ENDINGS
    is_own = ref.name in _OWN_NAMES or bool(ref.version)
    return bool(ref.name) and not is_other and not ref.is_gone and not is_own


def _is_called(ref: FileRef, name: str) -> bool:
    return ref.name.casefold() in (name, name.rpartition("/")[2])


def _say_missing(command: ShowGraph) -> CommandResult | None:
    """Say what can be read, where nothing else can be meant; else the model is asked."""
    if not command.is_certain:
        return None
    raise UserError("no manifest", user_message=RECIPE.missing_input_message)
