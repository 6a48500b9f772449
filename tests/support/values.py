"""Values for tests. Everything has a default, so that a test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.answers.steering import MessageEdit
from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger, Turn
from bot.domain.costs import ModelRequest
from bot.domain.files import FileRef
from bot.domain.llm import Usage
from bot.domain.questions import Question
from bot.domain.stores.conversations import ConversationStore

THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")
ALEX = Person("U0ALEX", "T0EASEL")


def build_incoming_message(
    text: str = "hello",
    *,
    ts: str = THREAD.root,
    thread: Thread = THREAD,
    trigger: Trigger = Trigger.MENTION,
    files: tuple[FileRef, ...] = (),
    event_id: str = "",
) -> IncomingMessage:
    return IncomingMessage(event_id or f"Ev{ts}", thread, ts, ALEX, text, trigger, files)


def build_thread(number: int) -> Thread:
    """Build a thread for a number; the roots sort by number."""
    return Thread(THREAD.team, THREAD.channel, f"17000{number:05d}.000100")


def build_question(
    text: str = "hello", *, files: tuple[FileRef, ...] = (), number: int = 1
) -> Question:
    return Question(number, THREAD, THREAD.root, ALEX, text, files)


def build_picture_ref(file_id: str = "F1", name: str = "photo.png", *, copy: str = "") -> FileRef:
    return FileRef(
        file_id, name, "image/png", 100, f"https://files.slack.com/{file_id}", copy_sha256=copy
    )


def build_model_requests(
    generation_id: str, model: str = "", usage: Usage | None = None
) -> tuple[ModelRequest, ...]:
    """Build the model requests of an answer that took one request to OpenRouter."""
    cost = usage.cost if usage else None
    return (
        ModelRequest("openrouter", model, generation_id, usage=usage, cost=cost, key=generation_id),
    )


async def load_turns(
    conversations: ConversationStore, thread: Thread, *, before: str, limit: int
) -> list[Turn]:
    """Load the turns of a thread without the fields that the store adds."""
    loaded = await conversations.load(thread, before=before, limit=limit)
    return [replace(turn, tokens=0, id=0) for turn in loaded.turns]


def build_edit(text: str, *, edited: int = 1, ts: str = THREAD.root, user: str = "") -> MessageEdit:
    """Build the edit number `edited` of the message at `ts`, by its author or another person."""
    author = build_incoming_message().sender
    if user:
        author = replace(author, id=user)
    edited_ts = f"1700009{edited:03d}.000100"
    return MessageEdit(THREAD.team, THREAD.channel, ts, author, text, "", edited_ts)
