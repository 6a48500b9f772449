"""Draws the Mermaid, DOT and formulas of an answer, and has the model mend what is broken, once.

The answer is shown already, and its code stays. A mended block comes below it with its picture;
where that fails too, a sentence says why there is none.
"""

from __future__ import annotations

import asyncio

from bot.answering.context import AnswerContext
from bot.answering.finishing.block_messages import (
    CORRECTED_MANY_MESSAGE,
    CORRECTED_MESSAGE,
    DRAWING_BLOCK_STATUS,
    MORE_BLOCKS_MESSAGE,
    build_block_files,
    list_block_notes,
)
from bot.answering.reserve import RequestReserver, ReservedRequest
from bot.answering.stream import ResponseStreamer
from bot.delivery.long_answers import find_closing
from bot.domain.costs import RequestPurpose
from bot.domain.messages import Message, render
from bot.domain.questions import Outcome
from bot.files.markup_drawer import DrawnBlock, MarkupDrawer
from bot.files.owners import build_owner
from bot.markup.code_blocks import CodeBlock, find_code_blocks
from bot.markup.mending import build_mending_prompt, format_block

MAX_BLOCKS = 6
# What is longer is looked through no further: no answer has its diagrams there.
_MAX_READ_CHARS = 400_000


class BlockIllustrator:
    """Draws blocks of answers. Never raises `EaselError`."""

    def __init__(
        self, drawer: MarkupDrawer, reserver: RequestReserver, streamer: ResponseStreamer
    ) -> None:
        self._drawer = drawer
        self._reserver = reserver
        self._streamer = streamer

    async def draw_blocks(self, context: AnswerContext, request: ReservedRequest) -> None:
        """Add the pictures of the answer's blocks to the draft, and a sentence where one lacks."""
        draft = context.draft
        if draft.outcome is not Outcome.ANSWERED or draft.display_text is not None:
            return
        blocks = await _find_blocks(draft.answer_text)
        if not blocks:
            return
        context.reply.set_status(DRAWING_BLOCK_STATUS)
        drawn = await self._draw(context, blocks[:MAX_BLOCKS])
        broken = [number for number, one in enumerate(drawn) if one.fault]
        draft.generated_files += build_block_files(drawn)
        first_note = len(draft.notes)
        # Half an answer is not worth mending: what is missing may be what was wrong.
        if broken and draft.length_note not in draft.notes:
            mended = await self._repair(context, request, [drawn[number] for number in broken])
            for number, better in zip(broken, mended, strict=False):
                drawn[number] = better if better.png else drawn[number]
        if draft.outcome is Outcome.ANSWERED:
            # Before what is said of the repair, which is about them.
            draft.notes[first_note:first_note] = list_block_notes(drawn)
            if len(blocks) > MAX_BLOCKS:
                draft.notes.append(Message(MORE_BLOCKS_MESSAGE, count=MAX_BLOCKS))

    async def _draw(self, context: AnswerContext, blocks: list[CodeBlock]) -> list[DrawnBlock]:
        owner = build_owner(context.question)
        drawn = list[DrawnBlock]()
        for block in blocks:
            async with context.reply.stop_button.interrupt_on_press():
                drawn.append(await self._drawer.draw(block, owner))
            if context.reply.stop_button.is_pressed:
                # The words are all there: nothing of the answer is lost.
                break
        return drawn

    async def _repair(
        self, context: AnswerContext, request: ReservedRequest, broken: list[DrawnBlock]
    ) -> list[DrawnBlock]:
        """Ask for the broken blocks once more; show and return what came of them."""
        if context.reply.stop_button.is_pressed:
            return []
        faults = [(one.block, one.fault) for one in broken]
        prompt = build_mending_prompt(request.prompt, context.draft.answer_text, faults)
        repair = await self._reserver.reserve_repair(context, request, prompt)
        if repair is None:
            return []
        repair.start(RequestPurpose.REPAIR)
        text = await self._streamer.request_text(prompt, context, repair.meter)
        blocks = await _find_blocks(text)
        mended = await self._draw(context, _match(blocks, broken))
        await _show_mended(context, [one for one in mended if one.png])
        return mended


async def _find_blocks(text: str) -> list[CodeBlock]:
    return await asyncio.to_thread(find_code_blocks, text[:_MAX_READ_CHARS])


def _match(blocks: list[CodeBlock], broken: list[DrawnBlock]) -> list[CodeBlock]:
    """Return the blocks that came for the broken ones: of the same kinds, in the same order."""
    left, matched = list(blocks), list[CodeBlock]()
    for one in broken:
        found = next((block for block in left if block.kind is one.block.kind), None)
        if found is None:
            break
        left.remove(found)
        matched.append(found)
    return matched


async def _show_mended(context: AnswerContext, mended: list[DrawnBlock]) -> None:
    """Add the mended code to the answer, and its pictures to the files."""
    if not mended:
        return
    draft = context.draft
    count = len(mended)
    heading = Message(CORRECTED_MESSAGE, plural=CORRECTED_MANY_MESSAGE, count=count)
    code = "\n\n".join(format_block(one.block) for one in mended)
    closing = await find_closing(draft.answer_text)
    addition = f"{closing}\n\n{render(heading, draft.language)}\n\n{code}\n"
    draft.text.add(addition)
    if draft.shortening is None or not draft.shortening.is_cut:
        # Of a long answer only the opening is shown; its file holds all of it.
        context.reply.add(addition)
    draft.generated_files += build_block_files(mended, len(draft.generated_files))
