"""What a message wishes for: flags before words, words before its channel, that before defaults.

Asks nobody and spends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import TellPerson
from bot.domain.model_info import Offer, not_taken
from bot.domain.options import Parameters
from bot.domain.pages import pages_named
from bot.domain.questions import Question
from bot.domain.stores import ChannelSettings
from bot.request.flags import WrongFlag, flag_of, parse_flags, read_flags
from bot.request.phrases import asks_to_draw, read_words
from bot.request.picture_references import is_edit
from bot.request.recipes import recipe_for
from bot.request.recipes.recipe import Recipe, apart

log = structlog.get_logger(__name__)

NO_PICTURES = (
    "I cannot make pictures here: the model I am set to use, {}, only reads and writes text. Please"
    " ask the person who runs me for one that draws."
)
_NOT_TAKEN = "{} takes no `{}`. Please ask without it."


@dataclass(frozen=True, slots=True)
class Wish:
    """A message's own words without its flags, and what they wish for.

    `asked` is what the model is asked: the message, with what it quotes, or a recipe's prompt;
    `whole` is the message with what it quotes.
    """

    text: str
    asked: str
    parameters: Parameters
    pages: tuple[int, ...] = ()
    recipe: Recipe | None = None
    whole: str = ""
    asks_for_variations: bool = False

    @property
    def wants_picture(self) -> bool:
        """Whether an answer without a picture would be none."""
        return self.recipe.draws if self.recipe is not None else asks_to_draw(self.text)

    def pictures_wanted(self, *, beside_pictures: bool, draws: bool) -> int:
        """How many pictures are to be made of it, each by a request of its own.

        A channel's setting multiplies what is drawn or changed; a question about a picture, or one
        in words, is asked once whatever is set.
        """
        count = self.parameters.variations or 1
        if not draws or self.parameters.text_only or count == 1:
            return 1
        changes = beside_pictures and (self.asks_for_variations or is_edit(self.text))
        return count if self.wants_picture or changes else 1


class Wishes:
    """Reads wishes, as they hold in the place where they are made."""

    def __init__(self, settings: ChannelSettings, defaults: Parameters) -> None:
        self._settings = settings
        self._defaults = defaults

    def read(self, question: Question, offer: Offer) -> Wish:
        """Raises `TellPerson` for wishes that are mistaken, or that the model cannot meet."""
        # A flag or a page in somebody else's message, which a shortcut quotes, is no wish.
        own, quoted = apart(question.text)
        flagged = read_flags(own)
        refused = not_taken(flagged.parameters, offer)
        whole = flagged.text + question.text[len(own) :] if quoted else flagged.text
        recipe = recipe_for(flagged.text)
        # The sentence that asks for a recipe is no wish: “extract the data as csv” is its name.
        words = recipe.added(flagged.text) if recipe else flagged.text
        given = flagged.parameters.over(read_words(words))
        wish = Wish(
            text=flagged.text,
            asked=recipe.asked(whole) if recipe else whole,
            parameters=given.over(recipe.parameters if recipe else Parameters()).over(
                self._of_channel(question.thread).over(self._defaults)
            ),
            pages=pages_named(flagged.text),
            recipe=recipe,
            whole=whole,
            asks_for_variations=bool(given.variations),
        )
        if wish.wants_picture and not offer.draws:
            raise TellPerson("no pictures", said=NO_PICTURES.format(offer.model))
        if refused:
            said = _NOT_TAKEN.format(offer.model, flag_of(refused[0]))
            raise TellPerson(refused[0], said=said)
        return wish

    def _of_channel(self, thread: Thread) -> Parameters:
        try:
            return parse_flags(self._settings.of(thread.team, thread.channel))
        except WrongFlag:
            # Set under another Easel: a channel must not fall silent for that.
            log.warning("channel_settings_not_understood")
            return Parameters()
