"""From a claimed question to what is asked of the model: wishes, thread, files, window.

Asks no model and spends nothing. What does not fit is said before anything is spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.answering.options import RequestResolver, ResolvedRequest
from bot.answering.select_files import FileSelector
from bot.domain.conversation import ThreadHistory, Turn
from bot.domain.errors import EaselError, UserError
from bot.domain.files import FileContext, Image, Provenance
from bot.domain.llm import JsonSchema, Prompt
from bot.domain.model_info import ModelInfo, supports
from bot.domain.options import RequestOptions
from bot.domain.ports import Threads
from bot.domain.questions import Question
from bot.domain.stores import ConversationStore, FileStore, SettingsStore
from bot.domain.tokens import estimate_tokens
from bot.files.preparer import FilePreparer
from bot.prompt.compose import PromptInput, compose
from bot.prompt.estimate import estimate_prompt_tokens
from bot.prompt.file_views import build_file_views
from bot.prompt.fit import ContextFitter
from bot.prompt.keywords import keywords, truncate_around_words
from bot.request.picture_references import build_provenance, is_edit
from bot.request.recipes.recipe import Recipe
from bot.structured_output.schemas import DATA_SCHEMA, is_json_schema, read_schema, select_schema

log = structlog.get_logger(__name__)

HISTORY_UNREADABLE_MESSAGE = "_I could not read the earlier messages of this thread: {}_"
# Of the window, so much stays free for what the estimate may lack.
_MARGIN_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class PromptLimits:
    """`history_turns` are considered at most; `resend_all` sends all of them each time."""

    max_turns: int
    max_tokens: int
    default_options: RequestOptions = field(default_factory=RequestOptions)
    resend_all: bool = False


@dataclass(frozen=True, slots=True)
class PreparedPrompt:
    """A request that fits; `guessed` is about how many tokens it takes."""

    prompt: Prompt
    estimated_tokens: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ContextOverflow:
    """What would be left out, as a sentence: the person is to say whether to go on."""

    user_message: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """What preparing needs of what Easel remembers, and of Slack's threads."""

    conversations: ConversationStore
    file_store: FileStore
    threads: Threads
    settings_store: SettingsStore


class PromptBuilder:
    """Builds the request for a question."""

    def __init__(
        self,
        remembered: Remembered,
        file_preparer: FilePreparer,
        limits: PromptLimits,
        secret: bytes,
    ) -> None:
        self._conversations = remembered.conversations
        self._file_store = remembered.file_store
        self._threads = remembered.threads
        self._request_resolver = RequestResolver(remembered.settings_store, limits.default_options)
        self._file_selector = FileSelector(
            file_preparer, remembered.threads, resend_all=limits.resend_all
        )
        self._limits = limits
        self._secret = secret

    async def build(
        self, question: Question, model_info: ModelInfo, notes: list[str]
    ) -> PreparedPrompt | ContextOverflow | None:
        """The request, or what would be left out of it; None where nothing is left to ask.

        Sentences for the person go into `notes`. Raises `TellPerson` for wishes that cannot be met.
        """
        wish = self._request_resolver.resolve(question, model_info)
        past = await self._load_history(question, wish.text, notes)
        material = await self._file_selector.select(question, wish, past, model_info)
        notes += [*(item.user_message for item in material.unreadable), *material.notes]
        # What was said before is something to work on, but not in the place of a file.
        has_spoken = bool(past.turns) and not question.files
        met = wish.recipe is None or _has_recipe_input(
            wish.recipe, wish, material, has_history=has_spoken
        )
        if material.unreadable and not _is_worth_asking(question, wish, material, has_input=met):
            await self._file_store.record_views(
                question, build_file_views(material, question.files)
            )
            return None
        if wish.recipe is not None and not met:
            raise UserError("nothing to work on", user_message=wish.recipe.missing_input_message)
        schema, material = _select_schema(wish.options, material)
        return await self._build_fitted(question, wish, past, material, schema, model_info)

    async def _load_history(self, question: Question, text: str, notes: list[str]) -> ThreadHistory:
        thread, limit = question.thread, self._limits.max_turns
        if question.ts == thread.root:
            return ThreadHistory()
        if not await self._conversations.has_earlier(thread):
            try:
                earlier = await self._threads.fetch_earlier(thread, question.ts)
                await self._conversations.save_earlier(thread, earlier)
            except EaselError as error:
                notes.append(HISTORY_UNREADABLE_MESSAGE.format(error.user_message))
        words = keywords(text)
        # One more than is sent tells whether something is left out.
        past = await self._conversations.load(
            thread, before=question.ts, limit=limit + 1, keywords=words
        )
        if not limit:
            return replace(past, turns=(), retrieved=(), summary="", summary_tokens=0)
        return replace(past, retrieved=tuple(_shorten_turn(turn, words) for turn in past.retrieved))

    async def _build_fitted(
        self,
        question: Question,
        request: ResolvedRequest,
        history: ThreadHistory,
        file_context: FileContext,
        schema: JsonSchema | None,
        model_info: ModelInfo,
    ) -> PreparedPrompt | ContextOverflow:
        wanted = request.options.max_tokens or self._limits.max_tokens
        max_tokens = min(wanted, model_info.max_output_tokens)
        room = int((model_info.context_tokens - max_tokens) * (1 - _MARGIN_SHARE))
        fitting = ContextFitter(
            request.prompt_text, history, room, resend_all=self._limits.resend_all
        )
        fitted = fitting.fit(file_context, self._limits.max_turns)
        if fitted.overflow_message and not question.go_on:
            return ContextOverflow(fitted.overflow_message)
        ask = PromptInput(
            question,
            request.prompt_text,
            history,
            fitted.window,
            fitted.file_context,
            _resolve_drawing_options(request, fitted.file_context, model_info),
            schema,
            max_tokens,
            draws=model_info.draws,
            is_schema_enforced=supports(model_info, "output_format"),
            wants_picture=request.wants_picture,
        )
        prompt = compose(ask, secret=self._secret)
        seen = build_file_views(fitted.file_context, question.files)
        if seen:
            await self._file_store.record_views(question, seen)
        guessed = estimate_prompt_tokens(prompt, history, fitted.window, fitted.excerpt_tokens)
        sent = list(dict.fromkeys(picture.name for picture in prompt.pictures))
        return PreparedPrompt(prompt, guessed, build_provenance(history.files, sent))


def _shorten_turn(turn: Turn, words: Sequence[str]) -> Turn:
    text = truncate_around_words(turn.text, words)
    return turn if text == turn.text else replace(turn, text=text, tokens=estimate_tokens(text))


def _is_worth_asking(
    question: Question, request: ResolvedRequest, file_context: FileContext, *, has_input: bool
) -> bool:
    """Whether anything is left to ask once unreadable files are taken away."""
    if request.recipe is not None:
        return has_input
    return bool(question.text or file_context.new_images or file_context.documents)


def _has_recipe_input(
    recipe: Recipe, request: ResolvedRequest, file_context: FileContext, *, has_history: bool
) -> bool:
    """Whether what a recipe works on is there."""
    return recipe.required_input.is_met_by(
        has_picture=bool(file_context.new_images or file_context.earlier_images),
        has_file=bool(file_context.documents or file_context.earlier_documents),
        has_text=recipe.has_text_input(request.full_text) or has_history,
    )


def _resolve_drawing_options(
    request: ResolvedRequest, file_context: FileContext, model_info: ModelInfo
) -> RequestOptions:
    """The parameters as they hold for this request: how many pictures, and transparent or not."""
    edited = _find_edited_picture(file_context)
    count = request.count_pictures(has_picture_to_edit=edited is not None, draws=model_info.draws)
    given = replace(request.options, variations=count)
    if given.background or edited is None or not is_edit(request.text):
        return given
    # What shows through goes on showing through: only then is its copy a PNG.
    through = edited.mimetype == "image/png"
    return replace(given, background="transparent") if through else given


def _find_edited_picture(file_context: FileContext) -> Image | None:
    """The picture that a change is made to: of one that was drawn on, that without the marks."""
    bases = {pointed.original_name for pointed in file_context.annotations}
    clean = [picture for picture in file_context.earlier_images if picture.label in bases]
    # An upload beside an earlier picture is a sample for that one.
    for pictures in (clean, file_context.earlier_images, file_context.new_images):
        if pictures:
            return pictures[-1]
    return None


def _select_schema(
    options: RequestOptions, file_context: FileContext
) -> tuple[JsonSchema | None, FileContext]:
    """The schema to ask with, and the material without the file that it came in."""
    schema = select_schema(options.output_format) if options.output_format is not None else None
    if schema is not DATA_SCHEMA:
        return schema, file_context
    for document in file_context.documents:
        text = "".join(document.pages)
        if document.name.lower().endswith(".json") and is_json_schema(text):
            rest = tuple(other for other in file_context.documents if other is not document)
            return read_schema(document.name, text), replace(file_context, documents=rest)
    return schema, file_context
