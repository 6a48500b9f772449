"""Finds what a direct message means that refers back: of the conversation before it.

Each top-level message there is a thread of its own. See `bot.request.back_references` for which
messages refer back, and `bot.request.carried` for what they mean.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.conversation import Speaker, ThreadHistory
from bot.domain.messages import Message
from bot.domain.questions import Question
from bot.domain.safe_text import clean_name, truncate
from bot.domain.stores.conversations import ConversationStore
from bot.request.carried import Carried, compute_oldest, is_meant, select_carried
from bot.request.parse import ParsedRequest

TOOK_PICTURE_MESSAGE = "_I took {picture} from our last conversation along._"
TOOK_ANSWER_MESSAGE = "_I took my last answer, to “{question}”, along._"
TOOK_ANSWER_ALONE_MESSAGE = "_I took my last answer along._"
_MAX_QUESTION_CHARS = 80
# The last answer, its question, and those of a conversation that went on without one.
_MAX_TURNS = 6
# The newest conversations: the first that holds what is meant counts.
_MAX_THREADS = 8


async def find_carried(
    conversations: ConversationStore, question: Question, request: ParsedRequest
) -> Carried | None:
    """Return what the first message of a direct conversation takes along; None for nothing.

    Only a message that refers back, and brings nothing of its own, is worth a look.
    """
    thread = question.thread
    is_first = thread.is_direct and question.ts == thread.root
    reference = request.back_reference
    if reference is None or not is_first or question.files or question.is_apart:
        return None
    threads = await conversations.list_latest(
        thread,
        question.asker.id,
        before=question.ts,
        since=compute_oldest(question.ts),
        limit=_MAX_THREADS,
    )
    second_choice = None
    for latest in threads:
        history = await conversations.load(latest, before=question.ts, limit=_MAX_TURNS)
        carried = select_carried(reference, history)
        if carried is not None and is_meant(reference, carried):
            return carried
        second_choice = second_choice or carried
    return second_choice


def add_to_history(carried: Carried) -> ThreadHistory:
    """Return the history of a question that takes this along."""
    # Its number is that of another thread.
    files = (
        ()
        if carried.picture is None
        else (replace(carried.picture, version=0, made_from="", request_text=""),)
    )
    return ThreadHistory(turns=carried.turns, carried_files=files)


def format_carried_note(history: ThreadHistory) -> Message:
    """Say under the answer what was taken along. `history` names people by name, not by id."""
    for picture in history.carried_files:
        return Message(TOOK_PICTURE_MESSAGE, picture=clean_name(picture.name))
    turns = history.turns
    asked = [turn.text for turn in turns if turn.speaker is Speaker.PERSON and turn.text.strip()]
    if not asked:
        return Message(TOOK_ANSWER_ALONE_MESSAGE)
    question = truncate(clean_name(asked[-1]), _MAX_QUESTION_CHARS)
    return Message(TOOK_ANSWER_MESSAGE, question=question)
