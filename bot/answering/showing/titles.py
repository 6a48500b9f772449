"""Gives a thread its title, once: the first line of its first question. Asks no model.

A title of words that were edited or deleted since is replaced, unless a person gave it.

Slack lists the conversations with an agent by their titles. See `agents.sessions.rename` at
docs.slack.dev.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.delivery.escaper import escape_plain
from bot.domain.answers.steering import TitleAuthor
from bot.domain.conversation import Person, Thread
from bot.domain.errors import EaselError, StoreError, TransientError
from bot.domain.messages import Message, render
from bot.domain.ports import ChooseLanguage, Titles, choose_english
from bot.domain.references import remove_references
from bot.domain.safe_text import clean_sentence, replace_invisible
from bot.domain.stores.titles import TitleStore
from bot.observability.background_tasks import BackgroundTasks
from bot.request.parse import read_wording

log = structlog.get_logger(__name__)

MAX_TITLE_CHARS = 80
NO_WORDS_TITLE = Message("Conversation")
_MAX_READ_CHARS = 2_000
_MAX_CONCURRENT = 20
_MAX_REMEMBERED = 1_000
# How often it is looked for titles that still wait to be replaced, and how many of them are then.
_LOOK_SECONDS = 60.0
MAX_REPLACED = 50


class TitleGiver:
    """Gives titles in the background, after the answer is shown: no one waits for them.

    One that Slack does not take now is tried again after the next answer of the thread; one that
    is to replace another is tried until Slack takes it.
    """

    def __init__(
        self, store: TitleStore, titles: Titles, choose_language: ChooseLanguage = choose_english
    ) -> None:
        self._choose_language = choose_language
        self._store = store
        self._titles = titles
        self._titled: dict[Thread, None] = {}
        self._replaced_last: Thread | None = None
        self._tasks = BackgroundTasks("title", max_tasks=_MAX_CONCURRENT)

    def give_soon(self, thread: Thread) -> None:
        """Give `thread` a title, if it has none and one of its questions says what it is about."""
        if thread not in self._titled:
            self._tasks.spawn(self._give(thread))

    def renew_soon(self, team: str, channel: str, ts: str) -> None:
        """Give the thread of a person's message that has just changed another title, if it has one
        of words that are not there any more. If too many are at once, `run` finds it."""
        self._tasks.spawn(self._renew(team, channel, ts))

    async def run(self) -> None:
        """Replace what a crash, Slack or a crowd has left to replace, until cancelled."""
        while True:
            await self.replace_stale()
            await asyncio.sleep(_LOOK_SECONDS)

    async def replace_stale(self) -> None:
        """Replace up to `MAX_REPLACED` titles of words that are not there any more.

        The next time it goes on with those that follow: no thread keeps others from their turn.
        """
        try:
            stale = await self._store.list_stale(self._replaced_last, MAX_REPLACED)
        except StoreError as error:
            log.warning("store_failed", at="title", code=error.recorded_code)
            return
        self._replaced_last = stale[-1][0] if len(stale) == MAX_REPLACED else None
        for thread, asker in stale:
            await self._replace(thread, asker)

    async def wait_until_idle(self) -> None:
        """Wait until no title is being given."""
        await self._tasks.wait()

    async def close(self) -> None:
        """Cancel what is still being sent."""
        await self._tasks.cancel()

    async def _give(self, thread: Thread, without_words: str = "") -> None:
        author: TitleAuthor | None = None
        try:
            words = await self._store.list_first_words(thread)
            title, used = choose_first_title(words)
            title = title or without_words
            author = await self._send(thread, title) if title else None
            if author is not None:
                self._store.record_soon(thread, author, used)
        except StoreError as error:
            log.warning("store_failed", at="title", code=error.recorded_code)
            return
        if author is not None or not words:
            self._remember(thread)

    async def _renew(self, team: str, channel: str, ts: str) -> None:
        try:
            found = await self._store.find_stale(team, channel, ts)
        except StoreError as error:
            log.warning("store_failed", at="title", code=error.recorded_code)
            return
        if found is not None:
            await self._replace(*found)

    async def _replace(self, thread: Thread, asker: str) -> None:
        """Replace a title, by one in the language of the person `asker` if no words are left."""
        self._titled.pop(thread, None)
        language = self._choose_language(Person(asker, thread.team), "")
        await self._give(thread, render(NO_WORDS_TITLE, language))

    def _remember(self, thread: Thread) -> None:
        """Spare the next look, which would find that there is nothing to do."""
        self._titled[thread] = None
        if len(self._titled) > _MAX_REMEMBERED:
            del self._titled[next(iter(self._titled))]

    async def _send(self, thread: Thread, title: str) -> TitleAuthor | None:
        """Return who has given the title, None if Slack may take one later."""
        try:
            await self._titles.set_title(thread, escape_plain(title))
        except TransientError as error:
            log.info("no_title_given", code=error.recorded_code)
            return None
        except EaselError as error:
            # `not_authorized` where the app is no agent, or the thread no session.
            log.debug("no_title_given", code=error.code)
            return TitleAuthor.NONE
        return TitleAuthor.EASEL


def choose_first_title(messages: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the title that the first of `messages` which gives one gives, "" if none does; and the
    messages up to that one."""
    for count, message in enumerate(messages, 1):
        if title := choose_title(message):
            return title, messages[:count]
    return "", messages


def choose_title(message: str) -> str:
    """Return the title that a question gives, without its flags; "" if it is a command, but for
    one that says what becomes of a picture."""
    return format_title(read_wording(message))


def format_title(words: str) -> str:
    """Return the first line of `words` that says something, on one line and bounded; "" if none."""
    lines = remove_references(words[:_MAX_READ_CHARS]).splitlines()
    plain = (clean_sentence(replace_invisible(line)) for line in lines)
    line = next((line for line in plain if any(map(str.isalnum, line))), "")
    if len(line) <= MAX_TITLE_CHARS:
        return line
    cut = line[: MAX_TITLE_CHARS - 1]
    whole_words = cut.rpartition(" ")[0]
    return f"{whole_words if len(whole_words) > MAX_TITLE_CHARS // 2 else cut}…"
