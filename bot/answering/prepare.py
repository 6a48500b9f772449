"""From a claimed question to what is asked of the model: wishes, thread, files, window.

Asks no model and spends nothing. What does not fit is said before anything is spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.answering.options import Wish, Wishes
from bot.answering.select_files import Gathering
from bot.domain.conversation import Past, Turn
from bot.domain.errors import EaselError, TellPerson
from bot.domain.files import Attachment, Lineage, Material
from bot.domain.llm import Prompt, Schema
from bot.domain.model_info import Offer, takes
from bot.domain.options import Parameters
from bot.domain.ports import Threads
from bot.domain.questions import Question
from bot.domain.stores import ChannelSettings, History, Readings
from bot.domain.tokens import estimate
from bot.files.preparer import Intake
from bot.prompt.compose import Ask, compose
from bot.prompt.estimate import guess
from bot.prompt.file_views import sightings
from bot.prompt.fit import Fitting
from bot.prompt.keywords import excerpt, telling_words
from bot.request.picture_references import is_edit, lineage
from bot.request.recipes.recipe import Recipe
from bot.structured_output.schemas import DATA, looks_like_a_schema, read_schema, schema_for

log = structlog.get_logger(__name__)

EARLIER_UNREAD = "_I could not read the earlier messages of this thread: {}_"
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
class Remembered:
    """What preparing needs of what Easel remembers, and of Slack's threads."""

    history: History
    readings: Readings
    threads: Threads
    settings: ChannelSettings


class Preparing:
    """Builds the request for a question."""

    def __init__(
        self, remembered: Remembered, intake: Intake, limits: Limits, secret: bytes
    ) -> None:
        self._history = remembered.history
        self._readings = remembered.readings
        self._threads = remembered.threads
        self._wishes = Wishes(remembered.settings, limits.defaults)
        self._gathering = Gathering(intake, remembered.threads, everything=limits.resend_all)
        self._limits = limits
        self._secret = secret

    async def prepare(
        self, question: Question, offer: Offer, notes: list[str]
    ) -> Prepared | NeedsChoice | None:
        """The request, or what would be left out of it; None where nothing is left to ask.

        Sentences for the person go into `notes`. Raises `TellPerson` for wishes that cannot be met.
        """
        wish = self._wishes.read(question, offer)
        past = await self._past(question, wish.text, notes)
        material = await self._gathering.gather(question, wish, past, offer)
        notes += [*(item.said for item in material.unread), *material.told]
        # What was said before is something to work on, but not in the place of a file.
        has_spoken = bool(past.turns) and not question.files
        met = wish.recipe is None or _meets(wish.recipe, wish, material, has_spoken=has_spoken)
        if material.unread and not _is_worth_asking(question, wish, material, met=met):
            await self._readings.saw(question, sightings(material, question.files))
            return None
        if wish.recipe is not None and not met:
            raise TellPerson("nothing to work on", said=wish.recipe.without)
        schema, material = _schema(wish.parameters, material)
        return await self._fitted(question, wish, past, material, schema, offer)

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
        wish: Wish,
        past: Past,
        material: Material,
        schema: Schema | None,
        offer: Offer,
    ) -> Prepared | NeedsChoice:
        wanted = wish.parameters.max_tokens or self._limits.max_tokens
        max_tokens = min(wanted, offer.most_output)
        room = int((offer.context - max_tokens) * (1 - _MARGIN))
        fitting = Fitting(wish.asked, past, room, whole=self._limits.resend_all)
        fitted = fitting.fit(material, self._limits.history_turns)
        if fitted.left_out and not question.go_on:
            return NeedsChoice(fitted.left_out)
        ask = Ask(
            question, wish.asked, past, fitted.window, fitted.material,
            _drawn_with(wish, fitted.material, offer), schema,
            max_tokens, draws=offer.draws, enforced=takes(offer, "form"),
            wants_picture=wish.wants_picture,
        )  # fmt: skip
        prompt = compose(ask, secret=self._secret)
        seen = sightings(fitted.material, question.files)
        if seen:
            await self._readings.saw(question, seen)
        guessed = guess(prompt, past, fitted.window, fitted.page_tokens)
        sent = list(dict.fromkeys(picture.name for picture in prompt.pictures))
        return Prepared(prompt, guessed, lineage(past.files, sent))


def _shortened(turn: Turn, words: Sequence[str]) -> Turn:
    text = excerpt(turn.text, words)
    return turn if text == turn.text else replace(turn, text=text, tokens=estimate(text))


def _is_worth_asking(question: Question, wish: Wish, material: Material, *, met: bool) -> bool:
    """Whether anything is left to ask once unreadable files are taken away."""
    if wish.recipe is not None:
        return met
    return bool(question.text or material.sent or material.documents)


def _meets(recipe: Recipe, wish: Wish, material: Material, *, has_spoken: bool) -> bool:
    """Whether what a recipe works on is there."""
    return recipe.needs.met_by(
        picture=bool(material.sent or material.remembered),
        file=bool(material.documents or material.earlier),
        text=recipe.gives_text(wish.whole) or has_spoken,
    )


def _drawn_with(wish: Wish, material: Material, offer: Offer) -> Parameters:
    """The parameters as they hold for this request: how many pictures, and transparent or not."""
    edited = _edited(material)
    count = wish.pictures_wanted(beside_pictures=edited is not None, draws=offer.draws)
    given = replace(wish.parameters, variations=count)
    if given.background or edited is None or not is_edit(wish.text):
        return given
    # What shows through goes on showing through: only then is its copy a PNG.
    through = edited.mimetype == "image/png"
    return replace(given, background="transparent") if through else given


def _edited(material: Material) -> Attachment | None:
    """The picture that a change is made to: of one that was drawn on, that without the marks."""
    bases = {pointed.base for pointed in material.pointed}
    clean = [picture for picture in material.remembered if picture.label in bases]
    # An upload beside an earlier picture is a sample for that one.
    for pictures in (clean, material.remembered, material.sent):
        if pictures:
            return pictures[-1]
    return None


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
