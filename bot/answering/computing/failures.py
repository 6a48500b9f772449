"""“What failed?”: shows the model the relevant lines of a log, and holds its answer against them.

See `bot.diagnosis` for how the lines are found and the card is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import structlog

from bot.answering.computing.computation import Computation
from bot.answering.computing.failure_card import check_answer
from bot.answering.computing.failure_questions import (
    apply_recipe,
    find_recipe,
    has_told,
    is_log,
    is_long,
    strip_quote_marks,
)
from bot.answering.computing.found_in_files import put_in_place
from bot.diagnosis.answer_schema import FAILURE_SCHEMA
from bot.diagnosis.evidence import Sources
from bot.diagnosis.excerpt import MAX_BYTES, Excerpt, format_excerpt
from bot.domain.answers.checked import CheckedAnswer
from bot.domain.conversation import Speaker, ThreadHistory, join_parts
from bot.domain.errors import EaselError
from bot.domain.files import Document, FileContext, FileRef, ParsedFile
from bot.domain.messages import Message
from bot.domain.options import OutputFormat
from bot.domain.questions import Question
from bot.files.logs import LogReader
from bot.files.owners import build_owner
from bot.request.parse import ParsedRequest
from bot.request.recipes.recipe import Recipe

log = structlog.get_logger(__name__)

# The name under which the model reads what somebody pasted.
MESSAGE_NAME = "message"
# What a question that goes on with an answer gets again, about 2,500 tokens.
_RECALLED_BYTES = 8_000
_MIN_BYTES, _MAX_FILES = 6_000, 6
_PASTED_NOTE = "[It is the file “message” here, with its lines numbered.]"
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))

_SHOWN_LINES = "relevant {shown:,} of {count:,} line"
_SHOWN_OF_LINES = "relevant {shown:,} of {count:,} lines"


@dataclass(slots=True)
class _Material:
    """What the model is shown of one question."""

    request: ParsedRequest
    files: FileContext
    excerpts: dict[str, Excerpt] = field(default_factory=dict)


class FailureComputer:
    """Computes for the recipe, and for words that mean it where a log comes with them."""

    def __init__(self, log_reader: LogReader) -> None:
        self._log_reader = log_reader

    async def compute(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> Computation | None:
        """Replace logs by their relevant lines; None for another question.

        A question that goes on with such an answer gets the most relevant lines once more.
        """
        recipe = find_recipe(request, files)
        if recipe is None:
            return await self._compute_follow_up(question, request, history, files)
        material = _Material(apply_recipe(request, recipe), files)
        await self._add_documents(question, history, material)
        await self._add_pasted(question, recipe, history, material)
        if request.options.output_format not in (None, OutputFormat.TEXT):
            # Who wants a table or data of their own form gets that.
            return Computation(material.files, request=material.request)
        names = dict.fromkeys(one.name for one in files.pictures)
        sources = Sources(material.excerpts, list(names))

        async def check(text: str) -> CheckedAnswer:
            return check_answer(text, sources)

        return Computation(material.files, FAILURE_SCHEMA, check, request=material.request)

    async def _compute_follow_up(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> Computation | None:
        logs = [one for one in files.earlier_documents if is_log(one, files)]
        if not logs or question.files or request.wants_picture or not has_told(history):
            return None
        refs = {ref.id: ref for ref in history.files}
        ref = refs.get(logs[-1].file_id, FileRef(logs[-1].file_id, logs[-1].name))
        excerpt = await self._read(question, logs[-1], ref, _RECALLED_BYTES)
        if excerpt is None:
            return None
        text = format_excerpt(logs[-1].name, excerpt)
        lines = Document(logs[-1].name, "text/plain", (text,), has_page_numbers=False)
        return Computation(replace(files, documents=(*files.documents, lines)))

    async def _add_documents(
        self, question: Question, history: ThreadHistory, material: _Material
    ) -> None:
        """Number the question's own logs; where it has nothing of its own, the thread's."""
        files = material.files
        has_own = bool(files.documents or files.new_images or material.request.recipe_has_text)
        documents = files.documents if has_own else files.earlier_documents
        logs = [one for one in documents if is_log(one, files)][-_MAX_FILES:]
        max_bytes = max(_MIN_BYTES, MAX_BYTES // max(1, len(logs)))
        refs = {ref.id: ref for ref in (*history.files, *question.files)}
        numbered = list[Document]()
        for document in logs:
            ref = refs.get(document.file_id, FileRef(document.file_id, document.name))
            excerpt = await self._read(question, document, ref, max_bytes)
            if excerpt is not None:
                numbered.append(_add_excerpt(material, document, excerpt))
        ids = {one.file_id for one in numbered}
        material.files = put_in_place(material.files, ids, numbered, None)

    async def _read(
        self, question: Question, document: Document, ref: FileRef, max_bytes: int
    ) -> Excerpt | None:
        owner = build_owner(question)
        try:
            excerpt = await self._log_reader.read_relevant(
                ref, "".join(document.pages), max_bytes=max_bytes, owner=owner
            )
        except EaselError as error:
            log.warning("log_not_looked_through", code=error.code)
            return None
        # Of a program, the lines that speak of errors are not what matters: it goes whole.
        is_source = document.name.rpartition(".")[2].lower() in _SOURCE_ENDINGS
        return excerpt if excerpt.is_whole or not is_source else None

    async def _add_pasted(
        self, question: Question, recipe: Recipe, history: ThreadHistory, material: _Material
    ) -> None:
        """Number what the message quotes or brings; without anything, what was pasted before."""
        request, files = material.request, material.files
        pasted = strip_quote_marks(request.quote) or recipe.extract_remainder(request.full_text)
        is_own = is_long(pasted)
        if not is_own and not (files.documents or files.pictures):
            turns = [turn for turn in history.turns if turn.speaker is Speaker.PERSON]
            pasted = next((turn.text for turn in reversed(turns) if is_long(turn.text)), "")
        if not is_long(pasted):
            return
        for entity, character in _ENTITIES:
            pasted = pasted.replace(entity, character)
        try:
            excerpt = await self._log_reader.read_text(
                MESSAGE_NAME, pasted, owner=build_owner(question)
            )
        except EaselError as error:
            log.warning("log_not_looked_through", code=error.code)
            return
        document = Document(MESSAGE_NAME, "text/plain", ())
        numbered = _add_excerpt(material, document, excerpt)
        material.files = replace(files, documents=(*files.documents, numbered))
        if is_own:
            *parts, last = request.prompt_parts
            note = f"{last.note}\n{_PASTED_NOTE}" if last.note else _PASTED_NOTE
            changed = (*parts, replace(last, note=note, words=""))
            material.request = replace(
                request, prompt_parts=changed, prompt_text=join_parts(changed)
            )


_SOURCE_ENDINGS = (
    "py", "js", "jsx", "ts", "tsx", "java", "c", "h", "cpp", "cs", "go", "rs", "rb", "php", "swift",
    "kt", "r", "sh", "sql", "tex", "css", "md", "csv", "tsv", "yaml", "yml", "toml", "ini",
)  # fmt: skip


def _add_excerpt(material: _Material, document: Document, excerpt: Excerpt) -> Document:
    """Note an excerpt under a name of its own; return the document that holds it."""
    name, number = document.name, 2
    while name in material.excerpts:
        name, number = f"{document.name} ({number})", number + 1
    material.excerpts[name] = excerpt
    text = format_excerpt(name, excerpt)
    parsed_file = material.files.parsed_files.get(document.file_id)
    if parsed_file is not None:
        shown = {document.file_id: _describe_shown(parsed_file, text, excerpt)}
        parsed_files = {**material.files.parsed_files, **shown}
        material.files = replace(material.files, parsed_files=parsed_files)
    return Document(name, "text/plain", (text,), file_id=document.file_id, has_page_numbers=False)


def _describe_shown(parsed_file: ParsedFile, text: str, excerpt: Excerpt) -> ParsedFile:
    lines = Message(
        _SHOWN_LINES, plural=_SHOWN_OF_LINES, shown=len(excerpt.lines), count=excerpt.total
    )
    return replace(parsed_file, pages=(text,), count=1, tokens=(), left_out="", shown_lines=lines)
