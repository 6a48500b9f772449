"""From a claimed question to what is asked of the model: wishes, thread, files, window.

Asks no model and spends nothing. What does not fit is said before anything is spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.asking.documents import to_look_up
from bot.asking.fitting import Fitting
from bot.asking.flags import WrongFlag, flag_of, parse_flags, read_flags
from bot.asking.pictures import lineage, to_resend
from bot.asking.recall import excerpt, telling_words
from bot.asking.sizes import guess
from bot.asking.tokens import estimate
from bot.asking.words import asks_to_draw, read_words
from bot.channel_settings import obey
from bot.errors import EaselError, TellPerson
from bot.exchange import Parameters, Prompt, Schema
from bot.intake import Intake
from bot.model.catalog import Offer, not_taken, takes
from bot.ports import Threads
from bot.prompt import Ask, Material, compose
from bot.stores import ChannelSettings, History
from bot.structured.schemas import DATA, looks_like_a_schema, read_schema, schema_for
from bot.types import Lineage, Past, Question, Thread, Turn

log = structlog.get_logger(__name__)

EARLIER_UNREAD = "_I could not read the earlier messages of this thread: {}_"
NO_PICTURES = (
    "I cannot make pictures here: the model I am set to use, {}, only reads and writes text. Please"
    " ask the person who runs me for one that draws."
)
_NOT_TAKEN = "{} takes no `{}`. Please ask without it."
# Of the window, so much stays free for what the estimate may lack.
_MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """`history_turns` are considered at most; `resend_all` sends all of them each time."""

    history_turns: int
    max_tokens: int
    defaults: Parameters = field(default_factory=Parameters)
    resend_all: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that fits; `guessed` is about how many tokens it takes."""

    prompt: Prompt
    guessed: int
    lineage: Lineage


@dataclass(frozen=True, slots=True)
class NeedsChoice:
    """What would be left out, as a sentence: the person is to say whether to go on."""

    said: str


@dataclass(frozen=True, slots=True)
class _Wish:
    text: str
    parameters: Parameters


class Preparing:
    """Builds the request for a question."""

    def __init__(
        self,
        history: History,
        threads: Threads,
        intake: Intake,
        settings: ChannelSettings,
        limits: Limits,
        secret: bytes,
    ) -> None:
        self._history = history
        self._threads = threads
        self._intake = intake
        self._settings = settings
        self._limits = limits
        self._secret = secret

    async def prepare(
        self, question: Question, offer: Offer, notes: list[str]
    ) -> Prepared | NeedsChoice | None:
        """The request, or what would be left out of it; None where nothing is left to ask.

        Sentences for the person go into `notes`. Raises `TellPerson` for wishes that cannot be met.
        """
        wish = self._wish(question, offer)
        past = await self._past(question, wish.text, notes)
        about = to_resend(wish.text, past.turns, past.files)
        if self._limits.resend_all:
            about = [ref for ref in past.files if ref.claims_picture]
        material = await self._intake.read(question, about)
        notes += [sentence for _, sentence in material.unread]
        if not _worth_asking(question, material):
            return None
        schema, material = _schema(wish.parameters, material)
        return await self._fitted(question, wish, past, material, schema, offer)

    async def obey(self, question: Question) -> str:
        """Answer a message about the channel's settings. Raises `WrongFlag`."""
        return await obey(question, self._settings, self._limits.defaults)

    def _wish(self, question: Question, offer: Offer) -> _Wish:
        flagged = read_flags(question.text)
        refused = not_taken(flagged.parameters, offer)
        if asks_to_draw(flagged.text) and not offer.draws:
            raise TellPerson("no pictures", said=NO_PICTURES.format(offer.model))
        if refused:
            said = _NOT_TAKEN.format(offer.model, flag_of(refused[0]))
            raise TellPerson(refused[0], said=said)
        thread = question.thread
        base = self._of_channel(thread).over(self._limits.defaults)
        wanted = flagged.parameters.over(read_words(flagged.text)).over(base)
        return _Wish(flagged.text, wanted)

    def _of_channel(self, thread: Thread) -> Parameters:
        try:
            return parse_flags(self._settings.of(thread.team, thread.channel))
        except WrongFlag:
            # Set under another Easel: a channel must not fall silent for that.
            log.warning("channel_settings_not_understood")
            return Parameters()

    async def _past(self, question: Question, text: str, notes: list[str]) -> Past:
        thread, limit = question.thread, self._limits.history_turns
        if question.ts == thread.root:
            return Past()
        if not await self._history.knows(thread):
            try:
                earlier = await self._threads.earlier(thread, question.ts)
                await self._history.remember_earlier(thread, earlier)
            except EaselError as error:
                notes.append(EARLIER_UNREAD.format(error.said))
        words = telling_words(text)
        # One more than is sent tells whether something is left out.
        past = await self._history.past(thread, before=question.ts, limit=limit + 1, words=words)
        if not limit:
            return replace(past, turns=(), recalled=(), summary="", summary_tokens=0)
        return replace(past, recalled=tuple(_shortened(turn, words) for turn in past.recalled))

    async def _fitted(
        self,
        question: Question,
        wish: _Wish,
        past: Past,
        material: Material,
        schema: Schema | None,
        offer: Offer,
    ) -> Prepared | NeedsChoice:
        wanted = wish.parameters.max_tokens or self._limits.max_tokens
        max_tokens = min(wanted, offer.most_output)
        room = int((offer.context - max_tokens) * (1 - _MARGIN))
        earlier = await self._intake.look_up(to_look_up(wish.text, past.files))
        fitting = Fitting(wish.text, past, room, whole=self._limits.resend_all)
        fitted = fitting.fit(material, earlier, self._limits.history_turns)
        if fitted.left_out and not question.go_on:
            return NeedsChoice(fitted.left_out)
        ask = Ask(
            question, wish.text, past, fitted.window, fitted.material, wish.parameters, schema,
            max_tokens, draws=offer.draws, enforced=takes(offer, "form"),
            wants_picture=asks_to_draw(wish.text),
        )  # fmt: skip
        prompt = compose(ask, secret=self._secret)
        sent = [picture.name for picture in prompt.pictures]
        guessed = guess(prompt, past, fitted.window)
        return Prepared(prompt, guessed, lineage(past.files, sent))


def _shortened(turn: Turn, words: Sequence[str]) -> Turn:
    text = excerpt(turn.text, words)
    return turn if text == turn.text else replace(turn, text=text, tokens=estimate(text))


def _worth_asking(question: Question, material: Material) -> bool:
    """Whether anything is left to ask once unreadable files are taken away."""
    return bool(question.text or material.sent or material.documents or not material.unread)


def _schema(wanted: Parameters, material: Material) -> tuple[Schema | None, Material]:
    """The schema to ask with, and the material without the file that it came in."""
    schema = schema_for(wanted.form) if wanted.form is not None else None
    if schema is not DATA:
        return schema, material
    for document in material.documents:
        text = "".join(document.pages)
        if document.name.lower().endswith(".json") and looks_like_a_schema(text):
            rest = tuple(other for other in material.documents if other is not document)
            return read_schema(document.name, text), replace(material, documents=rest)
    return schema, material
