"""Builds the prompt for a claimed question: resolves options, loads history and files, fits them.

Asks no model and spends nothing. Reports what does not fit; see `bot.prompt.fit`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bot.answering.computing.computation import Computation, Computer, ask_for_data, compute_first
from bot.answering.computing.found_in_files import select_true_notes
from bot.answering.history.load import HistoryLoader
from bot.answering.history.take_along import format_carried_note
from bot.answering.long_texts import run_on_texts
from bot.answering.options import resolve_drawing_options, resolve_options
from bot.answering.select_files import FileSelector, check_input
from bot.domain.conversation import ThreadHistory
from bot.domain.files import FileContext, FileRef, Provenance
from bot.domain.llm import JsonSchema, Prompt
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo, is_option_supported
from bot.domain.options import RequestOptions
from bot.domain.ports import Directory
from bot.domain.questions import Question
from bot.domain.stores.conversations import SettingsStore
from bot.domain.stores.files import FileStore
from bot.prompt.compose import PromptInput, compose
from bot.prompt.document_pages import ExcerptCriteria
from bot.prompt.estimate import estimate_prompt_tokens
from bot.prompt.file_views import build_file_views
from bot.prompt.fit import ContextFitter, FittedContext
from bot.prompt.keywords import shorten_retrieved
from bot.prompt.names import NamedHistory, Names, collect_mentions
from bot.prompt.thoughts import compute_output_tokens
from bot.request.parse import ParsedRequest
from bot.request.picture_references import build_provenance

# This share of the window stays free, because token counts are estimates.
_MARGIN_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class PromptLimits:
    """What bounds a prompt.

    At most `max_turns` earlier turns are sent; `max_tokens` bounds the answer. `default_options`
    hold everywhere. With `resend_all` everything is sent again with each question.
    """

    max_turns: int
    max_tokens: int
    default_options: RequestOptions = field(default_factory=RequestOptions)
    resend_all: bool = False


@dataclass(frozen=True, slots=True)
class PreparedPrompt:
    """A prompt that fits, and the version and origin of the pictures that the answer may hold.

    `left_out_note` says under the answer which messages were left out, `carried_note` what of an
    earlier conversation was taken along; `carried_files` are of it. `names` are those by which the
    model knows people.
    """

    prompt: Prompt
    estimated_tokens: int
    provenance: Provenance
    left_out_note: Message | None = None
    carried_note: Message | None = None
    carried_files: tuple[FileRef, ...] = ()
    names: Names = field(default_factory=Names)
    computation: Computation | None = None


@dataclass(frozen=True, slots=True)
class _Material:
    """What the model gets of the files, and the schema that its answer has to fit, if any."""

    files: FileContext
    schema: JsonSchema | None
    computation: Computation | None


@dataclass(frozen=True, slots=True)
class ContextOverflow:
    """Not everything fits. `user_message` says what would be left out and asks whether to go on."""

    user_message: Message


class PromptBuilder:
    """Builds prompts. `secret` is the key of the hashes that replace people's ids."""

    def __init__(
        self,
        history_loader: HistoryLoader,
        file_store: FileStore,
        settings_store: SettingsStore,
        file_selector: FileSelector,
        limits: PromptLimits,
        secret: bytes,
        directory: Directory,
        computers: Sequence[Computer] = (),
    ) -> None:
        self._history_loader = history_loader
        self._file_store = file_store
        self._settings_store = settings_store
        self._file_selector = file_selector
        self._limits = limits
        self._secret = secret
        self._directory = directory
        self._computers = computers

    async def build(
        self,
        question: Question,
        request: ParsedRequest,
        model_info: ModelInfo,
        notes: list[Message],
    ) -> PreparedPrompt | ContextOverflow | None:
        """Build the prompt, or return what would be left out; None if nothing is left to ask.

        Appends sentences for the person to `notes`. Raises `UserError` for invalid or unsupported
        options, and for a recipe whose input is missing.
        """
        options = resolve_options(
            request,
            question.thread,
            model_info,
            self._settings_store,
            self._limits.default_options,
        )
        stored, is_carried = await self._history_loader.load(question, request, notes)
        started_at = time.monotonic()
        named = await self._name_people(stored, question, request)
        waited, history = time.monotonic() - started_at, named.history
        files = await self._file_selector.select(question, request, history, model_info)
        if quotes := files.linked_messages:
            named = await self._name_people(stored, question, request, quotes, waited=waited)
            history = named.history
            quotes = tuple(named.names.render(quote) for quote in quotes)
            files = replace(files, linked_messages=quotes)
        notes += [file.user_message for file in files.unreadable]
        if not check_input(question, request, history, files):
            notes += files.notes
            await self._file_store.record_views(question, build_file_views(files, question.files))
            return None
        material = await self._compute(question, request, options, history, files)
        notes += select_true_notes(files, material.files)
        built = await self._fit_and_compose(question, request, options, named, material, model_info)
        if not is_carried or not isinstance(built, PreparedPrompt):
            return built
        sent_ids = {picture.file_id for picture in built.prompt.pictures}
        if any(ref.id not in sent_ids for ref in history.carried_files):
            return built  # gone, or of no use to a model without eyes
        note = format_carried_note(history)
        return replace(built, carried_note=note, carried_files=history.carried_files)

    async def _name_people(
        self,
        history: ThreadHistory,
        question: Question,
        request: ParsedRequest,
        quotes: tuple[str, ...] = (),
        waited: float = 0.0,
    ) -> NamedHistory:
        collect = partial(collect_mentions, history, question, quotes)
        mentions, thread = await run_on_texts(history, collect), question.thread
        known_names = await self._directory.fetch_names(
            thread.team, mentions.list_unnamed(), channel=thread.channel, waited_seconds=waited
        )
        names = mentions.build_names(known_names)
        # Shortened after that: half of an id cannot be named.
        rendered = await run_on_texts(history, partial(names.render_history, history))
        return NamedHistory(shorten_retrieved(rendered, request.keywords), names)

    async def _compute(
        self,
        question: Question,
        request: ParsedRequest,
        options: RequestOptions,
        history: ThreadHistory,
        files: FileContext,
    ) -> _Material:
        """Compute what Easel finds out itself, and find the schema of the answer."""
        computation = await compute_first(self._computers, question, request, history, files)
        if computation is not None:
            files = computation.files
            if computation.schema is not None:
                return _Material(files, computation.schema, computation)
        schema, files = await self._file_selector.extract_schema(question, options, files)
        return _Material(files, schema, computation)

    async def _fit_and_compose(
        self,
        question: Question,
        request: ParsedRequest,
        options: RequestOptions,
        named: NamedHistory,
        material: _Material,
        model_info: ModelInfo,
    ) -> PreparedPrompt | ContextOverflow:
        history, names, files = named.history, named.names, material.files
        request, options = ask_for_data(request, options, material.computation)
        # As the model reads it: a name may be many times as long as its id.
        request = replace(request, prompt_text=names.render(request.prompt_text))
        max_tokens = self._choose_max_tokens(options, model_info)
        fitted = self._fit(request, history, files, model_info.context_tokens - max_tokens)
        if fitted.overflow_message and not question.go_on:
            return ContextOverflow(fitted.overflow_message)
        views = build_file_views(fitted.file_context, question.files)
        if views:
            await self._file_store.record_views(question, views)
        prompt_input = PromptInput(
            question,
            [replace(one, words=names.render(one.words)) for one in request.prompt_parts],
            history,
            fitted.window,
            fitted.file_context,
            resolve_drawing_options(request, options, fitted.file_context, model_info),
            material.schema,
            max_tokens,
            draws=model_info.draws,
            is_schema_enforced=is_option_supported(model_info, "output_format"),
            wants_picture=request.wants_picture,
            names=names,
        )
        compose_it = partial(compose, prompt_input, secret=self._secret)
        prompt = await run_on_texts(history, compose_it, fitted.file_context)
        tokens = estimate_prompt_tokens(prompt, history, fitted.window, fitted.excerpt_tokens)
        pictures = list(dict.fromkeys(picture.name for picture in prompt.pictures))
        provenance = build_provenance(history.files, pictures, history.newest_version)
        left_out = fitted.left_out_note
        computed = material.computation
        return PreparedPrompt(
            prompt, tokens, provenance, left_out, names=names, computation=computed
        )

    def _choose_max_tokens(self, options: RequestOptions, model_info: ModelInfo) -> int:
        """What a person set holds as it is; the usual length grows with the effort."""
        wanted = options.max_tokens or compute_output_tokens(
            self._limits.max_tokens, options.effort, model_info.context_tokens
        )
        return min(wanted, model_info.longest_answer)

    def _fit(
        self, request: ParsedRequest, history: ThreadHistory, files: FileContext, room: int
    ) -> FittedContext:
        references = request.files
        criteria = ExcerptCriteria(
            references.excerpt_pages, request.excerpt_keywords, references.wants_whole_file
        )
        max_tokens = int(room * (1 - _MARGIN_SHARE))
        fitter = ContextFitter(
            request.prompt_text, criteria, history, max_tokens, resend_all=self._limits.resend_all
        )
        return fitter.fit(files, self._limits.max_turns)
