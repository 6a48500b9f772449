"""Several variations of a picture: one request for each, all at the same time.

Asks and collects. See `reserve.py` for their money.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.answering.context import AnswerContext
from bot.answering.stream import ResponseStreamer
from bot.billing.usage_meter import UsageMeter
from bot.domain.llm import ImageOutput, Prompt

DRAWING_VARIATIONS_STATUS = "is drawing {count} variations…"
MISSING_VARIATIONS_MESSAGE = (
    "_{count} of {wanted} variations came out; the others did not. Ask again for more._"
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
        self._tasks: list[asyncio.Task[list[ImageOutput]]] = []

    async def aclose(self) -> None:
        """Cancel the requests that still run, and wait until their usage is recorded."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def ask(self, prompt: Prompt, usage_meter: UsageMeter) -> None:
        """Start a request for one more picture; `usage_meter` has noted it and records it."""
        request = self._response_streamer.request_pictures(prompt, self._context, usage_meter)
        self._tasks.append(asyncio.create_task(request, name="variation"))

    async def collect_pictures(self) -> list[ImageOutput]:
        """Wait for all pictures, or for the stop button; return those that came, in order."""
        if self._tasks:
            async with self._context.reply.stop_button.interrupt_on_press():
                await asyncio.wait(self._tasks)
        return [picture for task in self._tasks if task.done() for picture in task.result()]
