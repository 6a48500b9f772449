"""Several variations of a picture: one request for each, all at the same time.

Asks and collects. See `reserve.py` for their money.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.context import AnswerContext
from bot.answering.draft import AnswerDraft
from bot.answering.stream import RequestedPictures, ResponseStreamer
from bot.billing.usage_meter import UsageMeter
from bot.domain.llm import Prompt
from bot.domain.messages import Message
from bot.domain.questions import Outcome

MISSING_VARIATIONS_MESSAGE = (
    "_{count} of {wanted} variations came out; the others did not. Ask again for more._"
)
NO_VARIATIONS_MESSAGE = (
    "_The model answered in words and drew none of the {wanted} variations. If you want pictures,"
    " say what to draw._"
)
_VARIATION_INSTRUCTION = (
    "[Make one picture only: it is variation {} of {}, clearly different from the others in"
    " composition, light or style.]"
)


def build_variation_prompts(prompt: Prompt) -> list[Prompt]:
    """Build one prompt for each picture that is wanted; a single one where it is data or text."""
    count = prompt.options.variations or 1
    if count == 1 or prompt.schema is not None:
        return [prompt]
    return [
        replace(
            prompt, question=f"{prompt.question}\n\n{_VARIATION_INSTRUCTION.format(number, count)}"
        )
        for number in range(1, count + 1)
    ]


class ParallelRequests:
    """Requests for one picture each, which run while the main request streams."""

    def __init__(self, response_streamer: ResponseStreamer, context: AnswerContext) -> None:
        self._response_streamer = response_streamer
        self._context = context
        self._tasks: list[asyncio.Task[RequestedPictures]] = []

    async def aclose(self) -> None:
        """Cancel the requests that still run, and wait until their usage is recorded."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for task in self._tasks:
            if not task.cancelled():
                task.exception()  # one that ends the answer is raised once

    def ask(self, prompt: Prompt, usage_meter: UsageMeter) -> None:
        """Start a request for one more picture; `usage_meter` has noted it and records it."""
        request = self._response_streamer.request_pictures(prompt, self._context, usage_meter)
        self._tasks.append(asyncio.create_task(request, name="variation"))

    async def collect(self) -> list[RequestedPictures]:
        """Wait for all requests, or for the stop button; return what those gave that ended."""
        if self._tasks:
            async with self._context.reply.stop_button.interrupt_on_press():
                await asyncio.wait(self._tasks)
        return [task.result() for task in self._tasks if task.done()]


def note_missing_variations(
    draft: AnswerDraft, results: Sequence[RequestedPictures], *, wanted: int
) -> None:
    """Say how many of the wanted variations are missing, and why, as far as that is known.

    If some came, the question is answered: a retry would pay for all of them again.
    """
    count = len(draft.pictures)
    if count >= wanted or draft.is_stopped:
        return
    if count:
        draft.mark_answered()
        draft.notes.append(Message(MISSING_VARIATIONS_MESSAGE, count=count, wanted=wanted))
    elif draft.outcome is Outcome.ANSWERED:
        draft.notes.append(Message(NO_VARIATIONS_MESSAGE, wanted=wanted))
    reasons = [result.failure for result in results if result.failure is not None]
    # Each request may have failed for the same reason, the first one as well.
    draft.notes += [reason for reason in dict.fromkeys(reasons) if reason not in draft.notes]
