"""Says above an answer which request it belongs to, where the order of a thread does not show it.

That is where another message came between a request and its answer, and where no one sees the
request: a recipe from a message's menu, a pressed button. `reply.py` decides when the first message
is written.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from bot.delivery.reply import Reply
from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.messages import Message
from bot.domain.ports import Directory
from bot.domain.questions import Question
from bot.domain.safe_text import clean_name, truncate

CHOSEN_MESSAGE = "_{name} chose “{recipe}” from a message's menu:_"
CHOSEN_BY_SOMEBODY_MESSAGE = "_Somebody chose “{recipe}” from a message's menu:_"
ASKED_MESSAGE = "_{name} asked “{request}”:_"
ASKED_BY_SOMEBODY_MESSAGE = "_On “{request}”:_"
APART_MESSAGE = Message("_Once more, without what I took along:_")
_REFERENCE_PATTERN = re.compile(r"<[^<>]{0,200}>|https?://\S+")
_MAX_REQUEST_CHARS, _MAX_READ_CHARS = 80, 400
_MAX_THREADS = 1_000

BuildHeading = Callable[[], Awaitable[str]]


class Headings:
    """Knows where answers need a heading. What it remembers is gone with the process.

    Then an answer has none, as one that needs none.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._last_shown: dict[Thread, str] = {}  # the ts of the last message of an answer

    def note_shown(self, thread: Thread, ts: str) -> None:
        """Note the last message of an answer in a thread."""
        self._last_shown.pop(thread, None)
        if len(self._last_shown) >= _MAX_THREADS:
            del self._last_shown[next(iter(self._last_shown))]
        self._last_shown[thread] = ts

    def prepare(self, reply: Reply, question: Question, *, text: str, recipe: str) -> None:
        """Give the heading to `reply`. `text` is what was asked, `recipe` the title of a recipe."""

        async def build() -> str:
            return await self._build_heading(question, text, recipe)

        # The answer before came after this question.
        was_overtaken = self._last_shown.get(question.thread, "") > question.ts
        is_unseen = question.is_from_menu or question.is_apart
        reply.set_heading(build, is_needed=is_unseen or was_overtaken)

    async def _build_heading(self, question: Question, text: str, recipe: str) -> str:
        thread, asker = question.thread, question.asker.id
        names = await self._directory.fetch_names(thread.team, [asker], channel=thread.channel)
        return format_heading(question, names.get(asker, ""), text=text, recipe=recipe)


def is_visible_follow_up(message: IncomingMessage) -> bool:
    """Whether people see `message` in its thread: a choice from a menu is in none."""
    return message.trigger is not Trigger.MENU


def format_heading(question: Question, name: str, *, text: str, recipe: str) -> Message:
    """Return the heading of an answer. It mentions no one: names and words are plain text."""
    if question.is_apart:
        return APART_MESSAGE
    person = clean_name(name) if name else ""
    if question.is_from_menu and recipe:
        sentence = CHOSEN_MESSAGE if person else CHOSEN_BY_SOMEBODY_MESSAGE
        return Message(sentence, name=person, recipe=recipe)
    words = _REFERENCE_PATTERN.sub(" ", text[:_MAX_READ_CHARS]).strip()
    named = words or next((file.name for file in question.files), "")
    request = truncate(clean_name(named) if named else "…", _MAX_REQUEST_CHARS)
    return Message(
        ASKED_MESSAGE if person else ASKED_BY_SOMEBODY_MESSAGE, name=person, request=request
    )
