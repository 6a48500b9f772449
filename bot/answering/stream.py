"""Asks the model and shows what it says while it comes; keeps the books. Decides nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

import structlog

from bot.answering.draft import Received
from bot.billing.usage_meter import Booking
from bot.delivery.long_answers import Opening
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.domain.errors import EaselError
from bot.domain.llm import (
    Began,
    ImageMade,
    PicturePreview,
    Prompt,
    ReasoningDelta,
    ReplyEvent,
    TextDelta,
)
from bot.domain.ports import Model

log = structlog.get_logger(__name__)

DRAWING, THINKING, EXTRACTING = "is drawing…", "is thinking…", "is extracting data…"
LONG = "is writing a long answer… {:,} characters so far"
_LONGEST_THOUGHT = 60

# Notes that the provider has taken a request.
NoteBegan = Callable[[Began], Awaitable[None]]


class Listening:
    """Hears one model out."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def hear(
        self,
        prompt: Prompt,
        reply: Reply,
        received: Received,
        booking: Booking,
        note_began: NoteBegan,
        previews: Previews,
    ) -> None:
        """Ask once. What fails is a sentence in `received`; data is not shown while it comes."""
        shown = _Shown(reply, prompt, previews)
        try:
            async with (
                reply.stop_button.listening(),
                aclosing(self._model.reply(prompt)) as events,
            ):
                async for event in events:
                    received.take(event)
                    booking.take(event)
                    if isinstance(event, Began):
                        reply.log.background(partial(_note, note_began, event))
                    shown.take(event)
        except EaselError as error:
            log.warning("model_failed", error=type(error).__name__, code=error.code)
            received.failed(error.said)
        received.stopped = reply.stop_button.pressed
        shown.end(is_stopped=received.stopped)
        booking.end(_ended(received))

    async def beside(
        self, prompt: Prompt, reply: Reply, booking: Booking, note_began: NoteBegan
    ) -> list[ImageMade]:
        """Ask for a picture beside another request; return what came. Its words are not shown."""
        received, ended = Received(), "stopped"
        try:
            async with aclosing(self._model.reply(prompt)) as events:
                async for event in events:
                    received.take(event)
                    booking.take(event)
                    if isinstance(event, Began):
                        reply.log.background(partial(_note, note_began, event))
            ended = "answered"
        except EaselError as error:
            log.warning("model_failed", error=type(error).__name__, code=error.code)
            ended = "broken"
        finally:
            booking.end(ended)
        return received.pictures


async def _note(note_began: NoteBegan, began: Began) -> None:
    await note_began(began)


def _ended(received: Received) -> str:
    if received.stopped:
        return "stopped"
    return "broken" if received.outcome == "failed" else "answered"


class _Shown:
    """What of one answer is to be seen while it comes."""

    def __init__(self, reply: Reply, prompt: Prompt, previews: Previews) -> None:
        self._reply = reply
        self._previews = previews
        self._is_data = prompt.schema is not None
        self._tells_thoughts = prompt.parameters.show_reasoning is True
        self._opening = Opening()
        self._thought = ""
        self._characters = 0
        if self._is_data:
            reply.busy(EXTRACTING)

    def take(self, event: ReplyEvent) -> None:
        match event:
            case TextDelta(text) if not self._is_data:
                self._characters += len(text)
                some = self._opening.take(text)
                if some:
                    self._reply.add(some)
                if self._opening.holds_back:
                    self._reply.busy(LONG.format(self._characters // 1_000 * 1_000))
            case ReasoningDelta(text):
                self._think(text)
            case PicturePreview():
                self._reply.busy(DRAWING)
                self._previews.show(event)
            case ImageMade():
                self._reply.busy(DRAWING)
            case _:
                pass

    def end(self, *, is_stopped: bool) -> None:
        if not self._is_data and not is_stopped:
            rest = self._opening.rest()
            if rest:
                self._reply.add(rest)

    def _think(self, text: str) -> None:
        """A thought is a status, and never part of the answer."""
        if not self._tells_thoughts:
            self._reply.busy(THINKING)
            return
        self._thought = (self._thought + text)[-2_000:]
        line = _last_line(self._thought)
        self._reply.busy(f"{THINKING} {line}" if line else THINKING)


def _last_line(thought: str) -> str:
    """The newest thing thought of, as a status can show it."""
    lines = [" ".join(line.replace("*", "").split()) for line in thought.splitlines()]
    line = next((line for line in reversed(lines) if line), "")
    harmless = "".join(c for c in line if c not in "<>@&`")
    return harmless if len(harmless) <= _LONGEST_THOUGHT else f"{harmless[:_LONGEST_THOUGHT]}…"
