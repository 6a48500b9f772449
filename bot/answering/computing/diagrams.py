"""Diagram to data: the model answers in a schema, and what it says is checked, shown and drawn.

Corrections that can be read for sure need no model: see `bot.commands.diagrams`. The others go to
the model here, with the newest data of the thread.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial

from bot.answering.computing.computation import Computation
from bot.commands.diagram_files import fetch_diagram_picture, load_newest_diagram
from bot.domain.answers.checked import NO_DATA_NOTE, CheckedAnswer, Presentation
from bot.domain.conversation import ThreadHistory
from bot.domain.files import Document, FileContext
from bot.domain.messages import Message, MessageList
from bot.domain.questions import Question
from bot.files.cache import FileCache
from bot.files.diagram_drawer import NOT_DRAWN, DiagramDrawer
from bot.files.owners import build_owner
from bot.graphs.diagrams.answers import NO_DATA, ReadAnswer, read_answer
from bot.graphs.diagrams.diagram import Diagram, serialize_diagram
from bot.graphs.diagrams.schema import DIAGRAM_SCHEMA
from bot.graphs.diagrams.tables import format_diagram
from bot.request.diagrams.corrections import can_correct_diagram
from bot.request.parse import ParsedRequest
from bot.request.recipes.diagram_to_table import RECIPE
from bot.structured_output.tables import format_cell

_UNCLEAR = "What I could not read for sure:\n{sentences}"
_HOW_TO_CORRECT = Message(
    "_Something wrong? Tell me here, such as “edge 3 goes to Billing”, “delete edge 4” or “node 2"
    " is called Payments”._"
)
_DATA_NOTE = (
    "The diagram as it was read so far. Its numbers are those that people use. Answer with all of"
    " it, corrected as they say; keep what they do not mention, in this order."
)


@dataclass(frozen=True, slots=True)
class _Original:
    """The picture of a diagram; "" and no bytes where there is none, or it is gone."""

    name: str = ""
    file_id: str = ""
    data: bytes = field(default=b"", repr=False)


class DiagramComputer:
    """Computes the questions of the recipe, and corrections of what it read before."""

    def __init__(self, file_cache: FileCache, drawer: DiagramDrawer) -> None:
        self._file_cache = file_cache
        self._drawer = drawer

    async def compute(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> Computation | None:
        """Return how such a question is asked and checked. Raises `EaselError`."""
        if request.recipe is not None and request.recipe.name == RECIPE.name:
            check = partial(self._check, question, _choose_original(files))
            return Computation(files, DIAGRAM_SCHEMA, check)
        if request.recipe is not None or question.files or not can_correct_diagram(request.text):
            return None
        known = (*history.files, *history.made_files)
        before = await load_newest_diagram(self._file_cache, known)
        if before is None:
            return None
        note = Document("diagram.json", "application/json", (_format_data(before),))
        documents = (*files.documents, note)
        data = await fetch_diagram_picture(self._file_cache, history.files, before)
        original = _Original(before.picture, before.file_id, data or b"")
        check = partial(self._check, question, original)
        return Computation(replace(files, documents=documents), DIAGRAM_SCHEMA, check)

    async def _check(self, question: Question, original: _Original, text: str) -> CheckedAnswer:
        try:
            answer = await asyncio.to_thread(read_answer, text)
        except ValueError:
            return CheckedAnswer(Presentation(notes=(NO_DATA_NOTE,)), (NO_DATA,))
        if answer.instead:
            return CheckedAnswer(Presentation(format_cell(answer.instead)), answer.problems)
        if not answer.diagram.nodes:
            return CheckedAnswer(Presentation(notes=(NO_DATA_NOTE,)), answer.problems)
        return await self._present(question, original, answer)

    async def _present(
        self, question: Question, original: _Original, answer: ReadAnswer
    ) -> CheckedAnswer:
        diagram = replace(answer.diagram, picture=original.name, file_id=original.file_id)
        owner = build_owner(question)
        files = await self._drawer.build_files(diagram, original.data or None, owner)
        parts: list[Message] = [await asyncio.to_thread(format_diagram, diagram)]
        if answer.unclear:
            lines = "\n".join(f"- {format_cell(sentence)}" for sentence in answer.unclear)
            parts.append(Message(_UNCLEAR, sentences=lines))
        notes = [*answer.notes, *([] if files[0].name.endswith(".png") else [NOT_DRAWN])]
        presentation = Presentation(MessageList(parts, "\n\n"), files, (*notes, _HOW_TO_CORRECT))
        return CheckedAnswer(presentation, answer.problems)


def _choose_original(files: FileContext) -> _Original:
    """Return the newest picture; where its parts go along, the first of them is all of it."""
    images = files.new_images or files.earlier_images
    if not images:
        return _Original()
    whole = next(image for image in images if image.file_id == images[-1].file_id)
    return _Original(whole.name, whole.file_id, whole.data)


def _format_data(diagram: Diagram) -> str:
    return f"[{_DATA_NOTE}]\n\n{serialize_diagram(diagram).decode()}"
