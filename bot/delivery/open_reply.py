"""Opens the reply to a question: its messages are recorded, its previews are removed again.

A reply says above the answer which request it belongs to, where the order of its thread does not
show it: another message came between a request and its answer, or no one sees the request, as a
recipe from a message's menu and a pressed button.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from bot.delivery.heading import Heading
from bot.delivery.message_journal import MessageJournal
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.delivery.status_board import StatusBoard
from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.errors import EaselError
from bot.domain.messages import Message, render
from bot.domain.pictures.presses import PictureAction, PressedPicture
from bot.domain.ports import Chat, ChooseLanguage, Directory, Uploads, choose_english
from bot.domain.posts import PostMetadata
from bot.domain.questions import Question
from bot.domain.references import remove_references
from bot.domain.safe_text import clean_name, truncate
from bot.domain.stores.questions import Journal

log = structlog.get_logger(__name__)

CHOSEN_MESSAGE = "_{name} chose “{recipe}” from a message's menu:_"
CHOSEN_BY_SOMEBODY_MESSAGE = "_Somebody chose “{recipe}” from a message's menu:_"
ASKED_MESSAGE = "_{name} asked “{request}”:_"
ASKED_BY_SOMEBODY_MESSAGE = "_On “{request}”:_"
APART_MESSAGE = Message("_Once more, without what I took along:_")
PRESSED_MESSAGES = {
    PictureAction.AGAIN: "_{name} pressed “Again” under v{version}:_",
    PictureAction.VARY: "_{name} pressed “Vary” under v{version}:_",
    PictureAction.EDIT: "_{name} pressed “Edit” under v{version}: “{request}”_",
    PictureAction.CONVERT: "_{name} pressed “Convert” under v{version}:_",
}
PRESSED_BY_SOMEBODY_MESSAGES = {
    PictureAction.AGAIN: "_Somebody pressed “Again” under v{version}:_",
    PictureAction.VARY: "_Somebody pressed “Vary” under v{version}:_",
    PictureAction.EDIT: "_Somebody pressed “Edit” under v{version}: “{request}”_",
    PictureAction.CONVERT: "_Somebody pressed “Convert” under v{version}:_",
}
_MAX_REQUEST_CHARS, _MAX_READ_CHARS = 80, 400
_MAX_THREADS = 1_000


class Headings:
    """Knows where answers need a heading. What it remembers is gone with the process.

    Then an answer has none, as one that needs none.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        # The last answer of each thread: its question, and the ts of its last message.
        self._last_shown: dict[Thread, tuple[int, str]] = {}

    def note_shown(self, question: Question, ts: str) -> None:
        """Note the last message of the answer to `question`."""
        thread = question.thread
        self._last_shown.pop(thread, None)
        if len(self._last_shown) >= _MAX_THREADS:
            del self._last_shown[next(iter(self._last_shown))]
        self._last_shown[thread] = (question.id, ts)

    def prepare(self, reply: Reply, question: Question, *, text: str, recipe: str) -> None:
        """Give the heading to `reply`. `text` is what was asked, `recipe` the title of a recipe."""

        async def build() -> Message:
            return await self._build_heading(question, text, recipe)

        # The answer before came after this question; an earlier attempt at this one does not count.
        last_id, last_ts = self._last_shown.get(question.thread, (question.id, ""))
        newest = last_ts if last_id != question.id else ""
        was_overtaken = newest > question.ts
        is_pressed = question.pressed is not None
        is_unseen = question.is_from_menu or question.is_apart or is_pressed
        reply.set_heading(Heading(build, is_unseen or was_overtaken, newest))
        if is_pressed and question.answer is None:
            # Drawing takes a minute, in which others would see an answer to nothing.
            reply.announce()

    async def _build_heading(self, question: Question, text: str, recipe: str) -> Message:
        thread, asker = question.thread, question.asker.id
        names = await self._directory.fetch_names(thread.team, [asker], channel=thread.channel)
        return format_heading(question, names.get(asker, ""), text=text, recipe=recipe)


async def announce_files(reply: Reply, question: Question) -> None:
    """Say which request the files of a reply belong to, which come last: where its words are in a
    message that was there before, another answer may stand between. Never raises `EaselError`."""
    heading = reply.heading
    if heading is None or heading.newest <= reply.poster.last_ts:
        return
    words = reply.poster.escape(render(await heading.build(), reply.language))
    try:
        await reply.poster.post_once(words, PostMetadata(question.id, language=reply.language))
    except EaselError as error:
        log.info("files_without_heading", error=type(error).__name__, code=error.code)


def is_visible_follow_up(message: IncomingMessage) -> bool:
    """Whether people see `message` in its thread: a choice from a menu is in none."""
    return message.trigger is not Trigger.MENU


def format_heading(question: Question, name: str, *, text: str, recipe: str) -> Message:
    """Return the heading of an answer. It mentions no one: names and words are plain text."""
    if question.is_apart:
        return APART_MESSAGE
    person = clean_name(name) if name else ""
    if question.pressed is not None:
        return _format_pressed(question.pressed, person, text)
    if question.is_from_menu and recipe:
        return Message(
            CHOSEN_MESSAGE if person else CHOSEN_BY_SOMEBODY_MESSAGE, name=person, recipe=recipe
        )
    words = remove_references(text[:_MAX_READ_CHARS]).strip()
    named = words or next((file.name for file in question.files), "")
    request = truncate(clean_name(named) if named else "…", _MAX_REQUEST_CHARS)
    return Message(
        ASKED_MESSAGE if person else ASKED_BY_SOMEBODY_MESSAGE, name=person, request=request
    )


def _format_pressed(pressed: PressedPicture, person: str, text: str) -> Message:
    words = remove_references(text[:_MAX_READ_CHARS]).removeprefix(f"v{pressed.version}:").strip()
    request = truncate(clean_name(words) if words else "…", _MAX_REQUEST_CHARS)
    action, version = pressed.action, pressed.version
    if person:
        return Message(PRESSED_MESSAGES[action], name=person, version=version, request=request)
    return Message(PRESSED_BY_SOMEBODY_MESSAGES[action], version=version, request=request)


class ReplyOpener:
    """Opens replies and knows those that are open.

    `observe_first_text` gets the seconds until the first message of each reply.
    """

    def __init__(
        self,
        chat: Chat,
        board: StatusBoard,
        uploads: Uploads,
        journal: Journal,
        observe_first_text: Callable[[float], None],
        headings: Headings,
        choose_language: ChooseLanguage = choose_english,
    ) -> None:
        self._choose_language = choose_language
        self._chat = chat
        self._board = board
        self._replies: dict[int, Reply] = {}
        self._replies_by_thread: dict[Thread, Reply] = {}
        self._uploads = uploads
        self._journal = journal
        self._observe_first_text = observe_first_text
        self.headings = headings

    def find_reply(self, question_id: int) -> Reply | None:
        """Return the reply that is being given to a question, or None."""
        return self._replies.get(question_id)

    def find_by_thread(self, thread: Thread) -> Reply | None:
        """Return the reply that is being given in `thread`, or None."""
        return self._replies_by_thread.get(thread)

    def note_follow_up(self, message: IncomingMessage) -> None:
        """Note that a question waits in a thread in which a reply is being given."""
        reply = self.find_by_thread(message.thread)
        if reply is not None and is_visible_follow_up(message):
            reply.note_follow_up()

    @asynccontextmanager
    async def open_reply(self, question: Question) -> AsyncIterator[Reply]:
        """Open the reply. On leaving, no message stays streaming and no status stays behind.

        Messages of an earlier attempt may be unrecorded. They are found first, so that they are
        reused before new ones are posted. Raises `EaselError` if Slack cannot be asked for them.
        """
        messages = MessageJournal(
            self._journal, self._chat, question, on_first_message=self._observe_first_text
        )
        language = self._choose_language(question.asker, question.text)
        async with messages, Reply(self._chat, question, messages, self._board, language) as reply:
            self._replies[question.id] = self._replies_by_thread[question.thread] = reply
            try:
                if question.claims > 1:
                    await reply.poster.recover_lost_messages()
                yield reply
            finally:
                if self._replies.get(question.id) is reply:
                    del self._replies[question.id]
                if self._replies_by_thread.get(question.thread) is reply:
                    del self._replies_by_thread[question.thread]
                if reply.poster.last_ts:
                    self.headings.note_shown(question, reply.poster.last_ts)

    def open_previews(self, question: Question, reply: Reply) -> Previews:
        """Return previews of unfinished pictures; leaving them as a context removes them."""
        return Previews(self._chat, self._uploads, question, reply.message_log, reply.language)
