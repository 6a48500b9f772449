"""Which files of a thread belong to a question: its own, those it is about, what was drawn on them.

What files are, `bot.files.preparer` finds out; what of them fits is decided in `fitting.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answering.options import Wish
from bot.domain.conversation import Past
from bot.domain.files import Attachment, FileRef, Material, Reading
from bot.domain.model_info import Offer
from bot.domain.pages import in_words, there
from bot.domain.ports import Threads
from bot.domain.questions import Question
from bot.files.preparer import Intake, Look
from bot.prompt.document_pages import asks_for_pages_again, to_look_up
from bot.request.picture_references import to_resend

# Pictures that an upload is held against, to find what was drawn on it.
_MOST_BASES = 3
_NO_SUCH_PAGE = "_{} has {:,} pages: there is no page {}._"


class Gathering:
    """With `everything`, all pictures of a thread belong to each question."""

    def __init__(self, intake: Intake, threads: Threads, *, everything: bool) -> None:
        self._intake = intake
        self._threads = threads
        self._everything = everything

    async def gather(self, question: Question, wish: Wish, past: Past, offer: Offer) -> Material:
        """Everything of files that belongs to the question: its own, and those it is about."""
        look = Look(offer.reads_files, offer.sees, wish.pages)
        # From a message's menu, what came with it is in the thread's past as well.
        own = {ref.id for ref in question.files}
        earlier = replace(past, files=tuple(ref for ref in past.files if ref.id not in own))
        linked = await self._linked(question, wish.text, earlier)
        about = self._about(question, wish, earlier, linked)
        named = [ref for ref in linked if not ref.claims_picture]
        texts = named or to_look_up(wish.text, earlier.files)
        again = bool(named) or asks_for_pages_again(wish.text, [ref.name for ref in texts])
        read, found = await asyncio.gather(
            self._intake.read(question, about, look),
            self._intake.look_up(question.thread, texts, look, again=again),
        )
        together = replace(
            read,
            remembered=(*found.remembered, *read.remembered),
            earlier=found.documents,
            unread=(*read.unread, *found.unread),
            readings={**found.readings, **read.readings},
        )
        together = replace(together, told=_no_such_pages(together, wish.pages))
        return await self._with_pointing(question, together, earlier)

    async def _linked(self, question: Question, text: str, past: Past) -> list[FileRef]:
        """The files that a message links to: of this thread, or of a message in this channel."""
        ids, elsewhere = await self._threads.linked(question.thread, text)
        here = [ref for ref in past.files if ref.id in ids]
        known = {ref.id for ref in here}
        return [*here, *(ref for ref in elsewhere if ref.id not in known)]

    def _about(
        self, question: Question, wish: Wish, past: Past, linked: Sequence[FileRef]
    ) -> list[FileRef]:
        """The earlier pictures that the question is about."""
        pictures = [ref for ref in past.files if ref.claims_picture]
        if self._everything:
            return pictures
        named = [ref for ref in linked if ref.claims_picture]
        about = named or to_resend(wish.text, past.turns, past.files, own=question.files)
        if about or question.files or wish.recipe is None or wish.recipe.draws:
            return about
        # “Write alt text” alone is about what was shown last.
        return [ref for ref in pictures if not ref.is_gone][-1:]

    async def _with_pointing(self, question: Question, material: Material, past: Past) -> Material:
        """Find what was drawn on uploads, and send the pictures without it beside them."""
        bases = [ref for ref in past.files if ref.claims_picture and not ref.is_gone]
        sent = [picture for picture in material.sent if not picture.part]
        if not bases or not sent:
            return material
        found = await self._intake.pointed(question.thread, sent, bases[-_MOST_BASES:])
        already = {picture.file for picture in material.remembered}
        clean = dict[str, Attachment]()
        for _, base in found:
            if base.file not in already:
                clean[base.file] = base
        return replace(
            material,
            remembered=(*material.remembered, *clean.values()),
            pointed=tuple(pointed for pointed, _ in found),
            readings={**material.readings, **_as_readings(clean.values())},
        )


def _as_readings(pictures: Iterable[Attachment]) -> dict[str, Reading]:
    """Pictures that go along without having been asked for, as files that were read."""
    return {one.file: Reading(one.name, "picture", (one,)) for one in pictures}


def _no_such_pages(material: Material, named: Sequence[int]) -> tuple[str, ...]:
    """Sentences about files none of whose pages are those that were named."""
    documents = [*material.documents, *material.earlier]
    counts = {
        document.name: material.readings[document.file].count
        for document in documents
        if document.countable and document.file in material.readings
    }
    if not named or any(there(named, count) for count in counts.values()):
        return ()
    return tuple(
        _NO_SUCH_PAGE.format(name, count, in_words(named))
        for name, count in counts.items()
        if count > 1
    )
