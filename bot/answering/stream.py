"""Asks the model and shows what it says while it comes; keeps the books. Decides nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

import structlog

from bot.answering.draft import AnswerDraft
from bot.billing.usage_meter import UsageMeter
from bot.delivery.long_answers import AnswerOpening
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.delivery.status import DRAWING_STATUS, THINKING_STATUS
from bot.domain.errors import EaselError
from bot.domain.llm import (
    ImageOutput,
    PartialImage,
    Prompt,
    ReasoningDelta,
    ResponseStarted,
    StreamEvent,
    TextDelta,
)
from bot.domain.ports import Model
from bot.domain.safe_text import truncate

log = structlog.get_logger(__name__)

EXTRACTING_STATUS = "is extracting data…"
LONG_ANSWER_STATUS = "is writing a long answer… {:,} characters so far"
_MAX_REASONING_CHARS = 60

# Notes that the provider has taken a request.
StartedCallback = Callable[[ResponseStarted], Awaitable[None]]


class ResponseStreamer:
    """Hears one model out."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def stream(
        self,
        prompt: Prompt,
        reply: Reply,
        draft: AnswerDraft,
        usage_meter: UsageMeter,
        record_started: StartedCallback,
        previews: Previews,
    ) -> None:
        """Ask once. What fails is a sentence in `received`; data is not shown while it comes."""
        shown = _AnswerDisplay(reply, prompt, previews)
        try:
            async with (
                reply.stop_button.interrupt_on_press(),
                aclosing(self._model.stream(prompt)) as events,
            ):
                async for event in events:
                    draft.add_event(event)
                    usage_meter.record_event(event)
                    if isinstance(event, ResponseStarted):
                        reply.message_log.run_in_background(
                            partial(_run_callback, record_started, event)
                        )
                    shown.show_event(event)
        except EaselError as error:
            log.warning("model_failed", error=type(error).__name__, code=error.code)
            draft.fail(error.user_message)
        draft.is_stopped = reply.stop_button.is_pressed
        shown.finish(is_stopped=draft.is_stopped)
        usage_meter.end_request(_get_request_outcome(draft))

    async def request_pictures(
        self, prompt: Prompt, reply: Reply, usage_meter: UsageMeter, record_started: StartedCallback
    ) -> list[ImageOutput]:
        """Ask for a picture beside another request; return what came. Its words are not shown."""
        received, ended = AnswerDraft(), "stopped"
        try:
            async with aclosing(self._model.stream(prompt)) as events:
                async for event in events:
                    received.add_event(event)
                    usage_meter.record_event(event)
                    if isinstance(event, ResponseStarted):
                        reply.message_log.run_in_background(
                            partial(_run_callback, record_started, event)
                        )
            ended = "answered"
        except EaselError as error:
            log.warning("model_failed", error=type(error).__name__, code=error.code)
            ended = "broken"
        finally:
            usage_meter.end_request(ended)
        return received.pictures


async def _run_callback(record_started: StartedCallback, started: ResponseStarted) -> None:
    await record_started(started)


def _get_request_outcome(draft: AnswerDraft) -> str:
    if draft.is_stopped:
        return "stopped"
    return "broken" if draft.outcome == "failed" else "answered"


class _AnswerDisplay:
    """What of one answer is to be seen while it comes."""

    def __init__(self, reply: Reply, prompt: Prompt, previews: Previews) -> None:
        self._reply = reply
        self._previews = previews
        self._is_data = prompt.schema is not None
        self._should_show_reasoning = prompt.options.show_reasoning is True
        self._opening = AnswerOpening()
        self._reasoning = ""
        self._char_count = 0
        if self._is_data:
            reply.set_status(EXTRACTING_STATUS)

    def show_event(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text) if not self._is_data:
                self._char_count += len(text)
                some = self._opening.feed(text)
                if some:
                    self._reply.add(some)
                if self._opening.is_truncated:
                    self._reply.set_status(
                        LONG_ANSWER_STATUS.format(self._char_count // 1_000 * 1_000)
                    )
            case ReasoningDelta(text):
                self._show_reasoning(text)
            case PartialImage():
                self._reply.set_status(DRAWING_STATUS)
                self._previews.show(event)
            case ImageOutput():
                self._reply.set_status(DRAWING_STATUS)
            case _:
                pass

    def finish(self, *, is_stopped: bool) -> None:
        if not self._is_data and not is_stopped:
            rest = self._opening.finish()
            if rest:
                self._reply.add(rest)

    def _show_reasoning(self, text: str) -> None:
        """A thought is a status, and never part of the answer."""
        if not self._should_show_reasoning:
            self._reply.set_status(THINKING_STATUS)
            return
        self._reasoning = (self._reasoning + text)[-2_000:]
        line = _format_last_line(self._reasoning)
        self._reply.set_status(f"{THINKING_STATUS} {line}" if line else THINKING_STATUS)


def _format_last_line(reasoning: str) -> str:
    """The newest thing thought of, as a status can show it."""
    lines = [" ".join(line.replace("*", "").split()) for line in reasoning.splitlines()]
    line = next((line for line in reversed(lines) if line), "")
    harmless = "".join(c for c in line if c not in "<>@&`")
    return truncate(harmless, _MAX_REASONING_CHARS)
