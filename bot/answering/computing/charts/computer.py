"""Answers questions for a chart: the model says what to plot, and code computes and draws it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.answering.computing.charts.briefing import (
    build_instruction,
    describe_last_chart,
    describe_table,
)
from bot.answering.computing.charts.presentation import NOT_UNDERSTOOD, show_chart, show_problems
from bot.answering.computing.charts.sources import (
    find_pasted_table,
    find_spec_file,
    is_table,
    select_tables,
)
from bot.answering.computing.computation import Computation, put_instruction_first
from bot.answering.computing.found_in_files import put_in_place
from bot.charts.spec import CHART_SCHEMA, ChartSpec, SpecError, parse_spec, read_spec
from bot.domain.answers.checked import CheckedAnswer, Presentation
from bot.domain.conversation import ThreadHistory
from bot.domain.errors import EaselError
from bot.domain.files import Document, FileContext, FileRef
from bot.domain.messages import Message, render
from bot.domain.ports import ChooseLanguage
from bot.domain.questions import Question
from bot.files.cache import FileCache
from bot.files.chart_drawer import ChartDrawer, ChartStyle, Source, TableView
from bot.files.owners import build_person_owner
from bot.files.sandbox.pool import TaskOwner
from bot.request.charts.words import (
    is_chart_change,
    is_chart_of_own_table,
    is_chart_request,
)
from bot.request.parse import ParsedRequest

log = structlog.get_logger(__name__)

_RECIPE = "chart"
_EMPTY, _OTHER = Message("(empty)"), Message("Other")
_NO_SPEC = Message("it is no data of a chart")
_MAX_SPEC_BYTES = 100_000
_SHOWN = Message("its columns and first rows")


@dataclass(frozen=True, slots=True)
class _Wish:
    """The tables of a question, and the last chart if that is to be changed."""

    sources: tuple[Source, ...]
    last: ChartSpec | None = None


class ChartComputer:
    """See `Computer`."""

    def __init__(
        self, file_cache: FileCache, drawer: ChartDrawer, choose_language: ChooseLanguage
    ) -> None:
        self._file_cache = file_cache
        self._drawer = drawer
        self._choose_language = choose_language

    async def compute(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> Computation | None:
        """Return what the tables hold; None for what is no chart. Raises `EaselError`."""
        wish = await self._find_wish(question, request, history)
        if wish is None:
            return None
        owner = build_person_owner(question.asker)
        views = await self._drawer.look_at(wish.sources, owner)
        shown = _show_tables(files, wish, views)
        style = self._choose_style(question)

        async def check(text: str) -> CheckedAnswer:
            return await self._check(text, wish, style, owner)

        asked = put_instruction_first(request, build_instruction(wish.last))
        return Computation(shown, CHART_SCHEMA, check, request=asked)

    async def _find_wish(
        self, question: Question, request: ParsedRequest, history: ThreadHistory
    ) -> _Wish | None:
        is_recipe = request.recipe is not None and request.recipe.name == _RECIPE
        if request.recipe is not None and not is_recipe:
            return None
        spec_file = None if question.files else find_spec_file(history)
        is_change = spec_file is not None and is_chart_change(request.text)
        if not (is_recipe or is_change or _should_draw_chart(question, request)):
            return None
        last, known_ids = None, set[str]()
        if spec_file is not None:
            last, known_ids = await self._read_last(spec_file)
        refs = select_tables(question, request, history)
        if is_change and known_ids:
            refs = [ref for ref in history.files if ref.id in known_ids and not ref.is_gone] or refs
        pasted = None
        if not refs or not question.files:
            pasted = await asyncio.to_thread(find_pasted_table, request, history)
        if refs and not (pasted is not None and "\n" in request.text.strip()):
            return _Wish(await self._fetch(refs), last)
        return None if pasted is None else _Wish((pasted,), last)

    async def _fetch(self, refs: list[FileRef]) -> tuple[Source, ...]:
        fetched = await self._file_cache.fetch_originals(refs)
        return tuple(Source(ref.name, data, ref.id) for ref, data in fetched)

    async def _read_last(self, ref: FileRef) -> tuple[ChartSpec | None, set[str]]:
        """Return the specification of an earlier chart and the ids of its files, as far as they can
        be read."""
        try:
            data = await self._file_cache.fetch_original(ref)
            saved = json.loads(data[:_MAX_SPEC_BYTES])
            ids = {str(source["id"]) for source in saved["sources"][:10]}
            return read_spec(saved["spec"]), ids
        except (EaselError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            log.info("no_last_chart")
            return None, set()

    def _choose_style(self, question: Question) -> ChartStyle:
        language = self._choose_language(question.asker, question.text)
        empty, other = render(_EMPTY, language), render(_OTHER, language)
        return ChartStyle(language, empty, other, language != "en")

    async def _check(
        self, text: str, wish: _Wish, style: ChartStyle, owner: TaskOwner
    ) -> CheckedAnswer:
        try:
            spec = parse_spec(text)
        except SpecError:
            return CheckedAnswer(Presentation(NOT_UNDERSTOOD), (_NO_SPEC,))
        try:
            drawn = await self._drawer.draw(wish.sources, spec, style, owner)
        except EaselError as error:
            return CheckedAnswer(Presentation(error.user_message))
        if isinstance(drawn, tuple):
            return CheckedAnswer(show_problems(drawn), drawn)
        used = [source for place, source in enumerate(wish.sources) if place in drawn.used]
        shown = show_chart(drawn, spec, used or wish.sources, style.language)
        return CheckedAnswer(shown)


def _should_draw_chart(question: Question, request: ParsedRequest) -> bool:
    if is_chart_request(request.text):
        return True
    has_own = any(is_table(ref) for ref in question.files)
    return has_own and is_chart_of_own_table(request.text)


def _show_tables(files: FileContext, wish: _Wish, views: Sequence[TableView]) -> FileContext:
    """Return the files with what their tables hold in place of the tables."""
    described = list[Document]()
    for place, source in enumerate(wish.sources):
        pages = tuple(describe_table(view) for view in views if view.source == place)
        if pages:
            described.append(
                Document(
                    source.name,
                    "text/plain",
                    pages,
                    file_id=source.file_id,
                    has_page_numbers=False,
                )
            )
    if wish.last is not None:
        described.append(
            Document("the last chart", "text/plain", (describe_last_chart(wish.last),))
        )
    ids = {source.file_id for source in wish.sources if source.file_id}
    return put_in_place(files, ids, described, _SHOWN)
