"""What is computed for a question before the model is asked, and how its answer is then checked.

A computation may replace files by what was found in them, demand an answer that fits a schema, and
add files that hold whatever the model says. See the other modules here for each one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.answers.checked import CheckedAnswer
from bot.domain.conversation import PromptPart, ThreadHistory, join_parts
from bot.domain.files import FileContext, GeneratedFile
from bot.domain.llm import JsonSchema
from bot.domain.messages import Message
from bot.domain.options import RequestOptions
from bot.domain.questions import Question
from bot.request.parse import ParsedRequest


@dataclass(frozen=True, slots=True)
class Computation:
    """What was computed for one question.

    `files` are those of the question as the model gets them: with what was found in place of what
    was sent. With a `schema`, the answer is data, and `check` says how it is shown and what the
    model should mend, once. `attachments` go with the answer; `picture_note` is a sentence for the
    person that holds only where the model has drawn a picture.
    `request`: what the model is asked then, where that differs.
    """

    files: FileContext
    schema: JsonSchema | None = None
    check: Callable[[str], Awaitable[CheckedAnswer]] | None = None
    attachments: tuple[GeneratedFile, ...] = ()
    picture_note: Message | None = None
    request: ParsedRequest | None = None


class Computer(Protocol):
    """Computes something for the questions of one kind."""

    async def compute(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> Computation | None:
        """Return what was computed; None for a question of another kind.

        `files` are the question's, read, and those of `history` that it needs. Raises `UserError`.
        """
        ...


async def compute_first(
    computers: Sequence[Computer],
    question: Question,
    request: ParsedRequest,
    history: ThreadHistory,
    files: FileContext,
) -> Computation | None:
    """Return what the first of `computers` computes whose kind the question is of."""
    for computer in computers:
        computation = await computer.compute(question, request, history, files)
        if computation is not None:
            return computation
    return None


def ask_for_data(
    request: ParsedRequest, options: RequestOptions, computation: Computation | None
) -> tuple[ParsedRequest, RequestOptions]:
    """Return what the model is asked, and how, where its answer is data for a computation."""
    if computation is None:
        return request, options
    request = computation.request or request
    if computation.schema is None:
        return request, options
    return replace(request, wants_picture=False), replace(options, text_only=True, variations=None)


def put_instruction_first(request: ParsedRequest, instruction: str) -> ParsedRequest:
    """Return a request in which the model is told what to do before it reads a person's words."""
    parts = (PromptPart(instruction), *request.prompt_parts)
    return replace(request, prompt_parts=parts, prompt_text=join_parts(parts))
