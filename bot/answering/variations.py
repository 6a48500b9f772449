"""Several pictures of one wish: each is a request of its own, made beside the first.

Asks and collects. Whether there is money for them was decided before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from bot.answering.stream import ResponseStreamer, StartedCallback
from bot.billing.usage_meter import UsageMeter
from bot.delivery.reply import Reply
from bot.domain.costs import ModelRequest, RequestPurpose
from bot.domain.llm import ImageOutput, Prompt

DRAWING_VARIATIONS_STATUS = "is drawing {} variations…"
MISSING_VARIATIONS_MESSAGE = (
    "_{} of {} variations came out; the others did not. Ask again for more._"
)
_VARIATION_INSTRUCTION = (
    "[Make one picture only: it is variation {} of {}, clearly different from the others in"
    " composition, light or style.]"
)


def build_variation_prompts(prompt: Prompt) -> list[Prompt]:
    """The requests that a prompt comes to: one for each picture that is to be made of it."""
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
    """Requests that run while another is heard. Leaving it as a context ends what still runs."""

    def __init__(
        self, response_streamer: ResponseStreamer, reply: Reply, record_started: StartedCallback
    ) -> None:
        self._response_streamer = response_streamer
        self._reply = reply
        self._record_started = record_started
        self._usage_meters: list[UsageMeter] = []
        self._tasks: list[asyncio.Task[list[ImageOutput]]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def ask(self, prompt: Prompt, estimated_tokens: int, usage_meter: UsageMeter) -> None:
        """Ask for one more picture, with books of its own."""
        usage_meter.start_request(estimated_tokens, RequestPurpose.ANSWER)
        self._usage_meters.append(usage_meter)
        hearing = self._response_streamer.request_pictures(
            prompt, self._reply, usage_meter, self._record_started
        )
        self._tasks.append(asyncio.create_task(hearing, name="variation"))

    async def collect_pictures(self) -> list[ImageOutput]:
        """What has come, in the order of asking, once all have ended or the person said stop."""
        if self._tasks:
            async with self._reply.stop_button.interrupt_on_press():
                await asyncio.wait(self._tasks)
        return [made for task in self._tasks if task.done() for made in task.result()]

    @property
    def requests(self) -> Sequence[ModelRequest]:
        """What the requests took, as far as they have ended."""
        return [attempt for booking in self._usage_meters for attempt in booking.requests]
