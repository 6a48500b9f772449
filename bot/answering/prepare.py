"""Builds the prompt for a claimed question: resolves options, loads history and files, fits them.

Asks no model and spends nothing. Reports what does not fit; see `bot.prompt.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.answering.options import resolve_drawing_options, resolve_options
from bot.answering.select_files import FileSelector
from bot.domain.conversation import ThreadHistory, Turn
from bot.domain.errors import EaselError, UserError
from bot.domain.files import FileContext, Provenance
from bot.domain.llm import JsonSchema, Prompt
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo, is_option_supported
from bot.domain.options import RequestOptions
from bot.domain.ports import Threads
from bot.domain.questions import Question
from bot.domain.stores.conversations import ConversationStore, SettingsStore
from bot.domain.stores.files import FileStore
from bot.domain.tokens import estimate_tokens
from bot.prompt.compose import PromptInput, compose
from bot.prompt.document_pages import ExcerptCriteria
from bot.prompt.estimate import estimate_prompt_tokens
from bot.prompt.file_views import build_file_views
from bot.prompt.fit import ContextFitter, FittedContext
from bot.prompt.keywords import truncate_around_words
from bot.request.parse import ParsedRequest
from bot.request.picture_references import build_provenance
from bot.structured_output.schemas import DATA_SCHEMA, is_json_schema, read_schema, select_schema

HISTORY_UNREADABLE_MESSAGE = "_I could not read the earlier messages of this thread: {reason}_"
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

    `left_out_note` says under the answer which messages were left out.
    """

    prompt: Prompt
    estimated_tokens: int
    provenance: Provenance
    left_out_note: Message | None = None


@dataclass(frozen=True, slots=True)
class ContextOverflow:
    """Not everything fits. `user_message` says what would be left out and asks whether to go on."""

    user_message: Message


class PromptBuilder:
    """Builds prompts. `secret` is the key of the hashes that replace people's ids."""

    def __init__(
        self,
        conversations: ConversationStore,
        file_store: FileStore,
        settings_store: SettingsStore,
        threads: Threads,
        file_selector: FileSelector,
        limits: PromptLimits,
        secret: bytes,
    ) -> None:
        self._conversations = conversations
        self._file_store = file_store
        self._settings_store = settings_store
        self._threads = threads
        self._file_selector = file_selector
        self._limits = limits
        self._secret = secret

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
        history = await self._load_history(question, request, notes)
        files = await self._file_selector.select(question, request, history, model_info)
        notes += [*(file.user_message for file in files.unreadable), *files.notes]
        if not _check_input(question, request, history, files):
            await self._file_store.record_views(question, build_file_views(files, question.files))
            return None
        return await self._fit_and_compose(question, request, options, history, files, model_info)

    async def _load_history(
        self, question: Question, request: ParsedRequest, notes: list[Message]
    ) -> ThreadHistory:
        thread, limit = question.thread, self._limits.max_turns
        if question.ts == thread.root:
            return ThreadHistory()
        if not await self._conversations.has_earlier(thread):
            try:
                earlier = await self._threads.fetch_earlier(thread, question.ts)
                await self._conversations.save_earlier(thread, earlier)
            except EaselError as error:
                notes.append(Message(HISTORY_UNREADABLE_MESSAGE, reason=error.user_message))
        # Load one turn more than is sent, to learn whether any is left out.
        history = await self._conversations.load(
            thread, before=question.ts, limit=limit + 1, keywords=request.keywords
        )
        if not limit:
            return replace(history, turns=(), retrieved=(), summary="", summary_tokens=0)
        retrieved = tuple(_shorten_turn(turn, request.keywords) for turn in history.retrieved)
        return replace(history, retrieved=retrieved)

    async def _fit_and_compose(
        self,
        question: Question,
        request: ParsedRequest,
        options: RequestOptions,
        history: ThreadHistory,
        files: FileContext,
        model_info: ModelInfo,
    ) -> PreparedPrompt | ContextOverflow:
        schema, files = _extract_schema(options, files)
        max_tokens = min(
            options.max_tokens or self._limits.max_tokens, model_info.max_output_tokens
        )
        fitted = self._fit(request, history, files, model_info.context_tokens - max_tokens)
        if fitted.overflow_message and not question.go_on:
            return ContextOverflow(fitted.overflow_message)
        views = build_file_views(fitted.file_context, question.files)
        if views:
            await self._file_store.record_views(question, views)
        prompt_input = PromptInput(
            question,
            request.prompt_text,
            history,
            fitted.window,
            fitted.file_context,
            resolve_drawing_options(request, options, fitted.file_context, model_info),
            schema,
            max_tokens,
            draws=model_info.draws,
            is_schema_enforced=is_option_supported(model_info, "output_format"),
            wants_picture=request.wants_picture,
        )
        prompt = compose(prompt_input, secret=self._secret)
        tokens = estimate_prompt_tokens(prompt, history, fitted.window, fitted.excerpt_tokens)
        names = list(dict.fromkeys(picture.name for picture in prompt.pictures))
        provenance = build_provenance(history.files, names)
        return PreparedPrompt(prompt, tokens, provenance, fitted.left_out_note)

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


def _shorten_turn(turn: Turn, keywords: Sequence[str]) -> Turn:
    text = truncate_around_words(turn.text, keywords)
    return turn if text == turn.text else replace(turn, text=text, tokens=estimate_tokens(text))


def _check_input(
    question: Question, request: ParsedRequest, history: ThreadHistory, files: FileContext
) -> bool:
    """Return whether anything is left to ask, apart from unreadable files.

    Raises `UserError` if a recipe's input is missing, and no unreadable file explains it.
    """
    if request.recipe is None:
        has_input = bool(question.text or files.new_images or files.documents)
        return has_input or not files.unreadable
    # A recipe may work on earlier messages, but not if a file came with the question.
    has_history = bool(history.turns) and not question.files
    has_input = request.recipe.required_input.is_met_by(
        has_picture=bool(files.new_images or files.earlier_images),
        has_file=bool(files.documents or files.earlier_documents),
        has_text=request.recipe_has_text or has_history,
    )
    if not has_input and not files.unreadable:
        raise UserError("nothing to work on", user_message=request.recipe.missing_input_message)
    return has_input


def _extract_schema(
    options: RequestOptions, files: FileContext
) -> tuple[JsonSchema | None, FileContext]:
    """Return the schema of the answer, and the files without the one that contains it."""
    schema = select_schema(options.output_format) if options.output_format is not None else None
    if schema is not DATA_SCHEMA:
        return schema, files
    for document in files.documents:
        text = "".join(document.pages)
        if document.name.lower().endswith(".json") and is_json_schema(text):
            rest = tuple(other for other in files.documents if other is not document)
            return read_schema(document.name, text), replace(files, documents=rest)
    return schema, files
