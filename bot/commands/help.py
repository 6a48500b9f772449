"""“Help”, “what can you do?”, a bare mention: what Easel does, by examples that fit the place.

No model is asked. Each example is a message that does what its line says, in each language.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

import structlog

from bot.commands.context import CommandContext, CommandResult
from bot.domain.conversation import ThreadHistory
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from bot.domain.messages import Message, MessageList
from bot.domain.ports import Threads
from bot.domain.safe_text import clean_name
from bot.domain.stores.conversations import ConversationStore
from bot.request.parse import ParsedRequest

log = structlog.get_logger(__name__)

# Slack may tell of a mention first without the files that came with it, and then with them. A
# question is begun again with the files as long as nothing of its answer is shown.
SECOND_EVENT_SECONDS = 1.0

_DIRECT_INTRO = Message("I answer questions and read pictures and files. Write to me, for example:")
_CHANNEL_INTRO = Message(
    "I answer questions and read pictures and files. In this thread you need not mention me;"
    " elsewhere in the channel, begin with @Easel. Write, for example:"
)
_WATCHED_INTRO = Message(
    "I look at every picture that is posted in this channel, and do with it what you write to it."
    " In this thread you need not mention me. Write, for example:"
)
_THREAD_INTRO = Message(
    "I read what was said in this thread, and you need not mention me in it again. Write, for"
    " example:"
)
_PICTURE_INTRO = (
    "I see {picture} in this thread, and you need not mention me in it again. Write, for example:"
)
_TEXT_ONLY_NOTE = Message("The model that I use here cannot draw.")
_MENU_NOTE = Message("More is in the menu of every message, under “More actions”.")
_PAGE_NOTE = "[All of this on one page]({url})"

_DRAW = (Message("- `{example}`: I draw it", example=Message("draw a red fox in the snow")),)
_VARIATIONS = (
    Message(
        "- `{example}`: I draw several at once",
        example=Message("draw two variations of a lighthouse logo"),
    ),
    Message(
        "- `{example}`: options stand at the end of any message",
        example=Message("draw a lighthouse --aspect 16:9 --quality low"),
    ),
)
_READ = (
    Message(
        "- a PDF, a table or a text with `{example}`: I read it", example=Message("summarize this")
    ),
    Message("- a picture with `{example}`: I describe it", example=Message("write alt text")),
)
_SETTINGS = (
    Message(
        "- `{example}`: what holds here unless a message says otherwise",
        example=Message("settings"),
    ),
)
_SUMMARIZE = (Message("- `{example}`: I sum it up", example=Message("summarize this thread")),)
_DESCRIBE = (
    Message("- `{example}`: I describe it", example=Message("what is in this picture?")),
    Message("- `{example}`: words for people who do not see it", example=Message("write alt text")),
    Message("- `{example}`: I turn it into another file", example=Message("as jpg at 512 wide")),
    Message("- `{example}`: at once, and at no cost", example=Message("crop to 16:9")),
)
_EDIT = (
    Message(
        "- `{example}`: I change it, and keep every version",
        example=Message("make the background blue"),
    ),
)
_HISTORY = (Message("- `{example}`: all versions on one sheet", example=Message("history")),)
_COMPARE = "- `{example}`: two versions side by side"
_UNDO = (Message("- `{example}`: the version before is the newest again", example=Message("undo")),)


class HelpCommand:
    """Answers with a list of examples.

    In `watched_channels` every picture is a question. `can_draw` tells whether the model draws, as
    of now. `page_url` is a page about Easel that people here can open, "" for none.
    """

    def __init__(
        self,
        conversations: ConversationStore,
        threads: Threads,
        watched_channels: Collection[str],
        can_draw: Callable[[], bool],
        page_url: str = "",
    ) -> None:
        self._conversations = conversations
        self._threads = threads
        self._watched_channels = watched_channels
        self._can_draw = can_draw
        self._page_url = page_url

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult:
        """Return the examples for the place of the message."""
        if not request.text and not context.thread.is_direct:
            await asyncio.sleep(SECOND_EVENT_SECONDS)
        history = await self._load_history(context)
        return CommandResult(MessageList(self._list_lines(context, history)))

    async def _load_history(self, context: CommandContext) -> ThreadHistory:
        """Return what the thread holds; what was there before Easel is read first."""
        thread = context.thread
        if context.ts == thread.root:
            return ThreadHistory()
        try:
            if not await self._conversations.has_earlier(thread):
                earlier = await self._threads.fetch_earlier(thread, context.ts)
                await self._conversations.save_earlier(thread, earlier)
        except EaselError as error:
            # Help is of more use with general examples than not at all.
            log.info("thread_not_read", error=type(error).__name__, code=error.code)
        return await self._conversations.load(thread, before=context.ts, limit=1)

    def _list_lines(self, context: CommandContext, history: ThreadHistory) -> tuple[Message, ...]:
        can_draw = self._can_draw()
        files = (*history.files, *context.files)
        pictures = [ref for ref in files if ref.is_declared_picture and not ref.is_gone]
        if pictures:
            intro = Message(_PICTURE_INTRO, picture=clean_name(pictures[-1].name))
            examples = _list_picture_examples(pictures, can_draw=can_draw)
        elif history.turns:
            intro = _THREAD_INTRO
            examples = (*_SUMMARIZE, *_list_general_examples(can_draw=can_draw))
        else:
            intro = self._choose_intro(context)
            examples = _list_general_examples(can_draw=can_draw)
        notes = (_MENU_NOTE,) if can_draw else (_TEXT_ONLY_NOTE, _MENU_NOTE)
        if self._page_url:
            notes = (*notes, Message(_PAGE_NOTE, url=self._page_url))
        return (intro, *examples, *notes)

    def _choose_intro(self, context: CommandContext) -> Message:
        if context.thread.is_direct:
            return _DIRECT_INTRO
        is_watched = context.thread.channel in self._watched_channels
        return _WATCHED_INTRO if is_watched else _CHANNEL_INTRO


def _list_general_examples(*, can_draw: bool) -> tuple[Message, ...]:
    drawing = (*_DRAW, *_VARIATIONS) if can_draw else ()
    return (*drawing, *_READ, *_SETTINGS)


def _list_picture_examples(pictures: list[FileRef], *, can_draw: bool) -> tuple[Message, ...]:
    """List what can be done with the pictures that are there: two versions can be compared."""
    versions = [ref.version for ref in pictures if ref.version]
    own: tuple[Message, ...] = _HISTORY if versions else ()
    if len(versions) > 1:
        example = Message("compare v{first} and v{second}", first=versions[-2], second=versions[-1])
        own = (*own, Message(_COMPARE, example=example), *_UNDO)
    return (*_DESCRIBE, *(_EDIT if can_draw else ()), *own)
